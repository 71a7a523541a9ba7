package org.lmdeploy.hub.remote;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a hub is reached.
 *
 * @param endpoint its address
 * @param cache the folder of its cache
 * @param offline whether it must not be asked
 * @param credentials headers with the token; empty without one
 * @param answerTimeout how long an answer may take to begin
 * @param idleTimeout how long a transfer may pause
 */
record Access(
    URI endpoint,
    Path cache,
    boolean offline,
    Map<String, String> credentials,
    Duration answerTimeout,
    Duration idleTimeout) {
  private static final int SECONDS = 10;

  static Access of(Variables variables, URI endpoint, Path cache, Map<String, String> credentials) {
    return new Access(
        endpoint,
        cache,
        variables.flag("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
        credentials,
        variables.seconds("HF_HUB_ETAG_TIMEOUT", SECONDS),
        variables.seconds("HF_HUB_DOWNLOAD_TIMEOUT", SECONDS));
  }

  boolean hasToken() {
    return !credentials.isEmpty();
  }

  /** A client for the hub, which the caller closes. */
  HubClient client() {
    return new HubClient(endpoint, credentials, answerTimeout, idleTimeout);
  }
}

package org.lmdeploy.server.http;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * Who may call, what they may do, and over what kind of connection.
 *
 * @param apiKeys the keys of which a request must bring one; empty if none is needed
 * @param tls the server's identity; empty for plain HTTP
 * @param abortRequests whether callers may end requests, also those of others
 */
public record AccessOptions(List<String> apiKeys, Optional<TlsFiles> tls, boolean abortRequests) {
  /** LMDeploy's default: everybody, over plain HTTP. */
  public static final AccessOptions DEFAULT = new AccessOptions(List.of(), Optional.empty());

  private static final int MAX_KEY_LENGTH = 1024;

  /** Checks that every key can be sent in a header. */
  public AccessOptions {
    apiKeys = List.copyOf(apiKeys);
    Objects.requireNonNull(tls, "tls");
    for (int i = 0; i < apiKeys.size(); i++) {
      String key = apiKeys.get(i);
      boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
      if (key.isEmpty() || key.length() > MAX_KEY_LENGTH || !visible) {
        // the key itself is not shown: errors end up in logs
        throw new InvalidRequestException(
            "api-keys",
            "API key %d cannot be sent in a header; it must be 1 to %d ASCII characters without spaces"
                .formatted(i + 1, MAX_KEY_LENGTH));
      }
    }
  }

  /** Callers who cannot end requests. */
  public AccessOptions(List<String> apiKeys, Optional<TlsFiles> tls) {
    this(apiKeys, tls, false);
  }

  /** Says how many keys there are, never what they are. */
  @Override
  public String toString() {
    return "AccessOptions[apiKeys="
        + apiKeys.size()
        + ", tls="
        + tls
        + ", abortRequests="
        + abortRequests
        + "]";
  }
}

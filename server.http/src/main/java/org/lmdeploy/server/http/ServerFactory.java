package org.lmdeploy.server.http;

import org.osgi.annotation.versioning.ProviderType;

/** The service that starts HTTP servers for the models of this process. */
@ProviderType
public interface ServerFactory {
  /**
   * Starts a server. It may be started before a model is loaded: until one is, {@code /health} and
   * questions are answered with status 503.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if the address cannot be bound
   */
  RunningServer start(ServerOptions options);
}

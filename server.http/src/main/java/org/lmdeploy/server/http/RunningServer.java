package org.lmdeploy.server.http;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** A server that listens. Safe for many threads. */
@ProviderType
public interface RunningServer extends AutoCloseable {
  /** The port that is listened on, also where the options left the choice to the system. */
  int port();

  /** An address of this server for clients on this machine, without a slash at its end. */
  String url();

  /** Questions that are being answered now. */
  int activeRequests();

  /**
   * Completed when a client was allowed to ask that the process ends, and did. Who started the
   * server ends it then.
   */
  CompletionStage<Void> termination();

  /**
   * Stops: new requests are refused, running ones get the grace time of the options and are then
   * cancelled with an error that says why. Returns when nothing of this server is left.
   */
  void stop();

  /** The same as {@link #stop()}. */
  @Override
  default void close() {
    stop();
  }
}

package org.lmdeploy.server.http.net;

import jakarta.servlet.ServletRequest;

/** Notices that the client of a request has hung up, also while nothing is written to it. */
public interface ClientWatch {
  /**
   * Starts to watch. The body of the request must have been read to its end.
   *
   * @param action run at most once, by some thread, when the client has hung up
   */
  void start(Runnable action);

  /** Ends the watch; must be called before the response is complete. */
  void stop();

  /** The watch over a request's connection. */
  static ClientWatch of(ServletRequest request) {
    return (ClientWatch) request.getAttribute(WatchfulConnector.ATTRIBUTE);
  }
}

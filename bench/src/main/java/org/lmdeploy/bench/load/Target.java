package org.lmdeploy.bench.load;

import java.io.IOException;
import org.lmdeploy.bench.data.Request;

/** What is measured: an engine of this process or a server. Safe for many threads. */
public interface Target {
  /**
   * Sends a request and reads its answer to the end, noting each arrival of tokens.
   *
   * @throws IOException if the server failed or its answer is not as long as it must be
   * @throws org.lmdeploy.api.error.LmDeployException if the engine failed
   */
  void answer(Request request, TokenClock clock) throws IOException, InterruptedException;

  /** Whether answers must have exactly the tokens that were asked for, or may end earlier. */
  default boolean isExact() {
    return true;
  }
}

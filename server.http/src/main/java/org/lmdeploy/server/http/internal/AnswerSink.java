package org.lmdeploy.server.http.internal;

import java.io.IOException;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.Usage;

/** Where answers go. Chunks of different choices may come from different threads. */
interface AnswerSink {
  /** All choices are queued: from here on the request is known to be right. */
  void begin() throws IOException;

  /** What a choice brought. */
  void chunk(int choice, AnswerChunk chunk) throws IOException;

  /** All choices have ended. */
  void end(Usage usage) throws IOException;
}

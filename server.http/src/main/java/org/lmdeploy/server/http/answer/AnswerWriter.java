package org.lmdeploy.server.http.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A protocol's answer to one request, as a stream of events or as a whole. */
public interface AnswerWriter {
  /** The stream begins: all answers are queued. */
  void begin(EventWriter events) throws IOException;

  /** What an answer brought; chunks of several answers may come from several threads. */
  void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException;

  /** All answers have ended. */
  void end(EventWriter events, Usage usage) throws IOException;

  /**
   * The stream ends with an error.
   *
   * @param error what went wrong
   */
  void error(EventWriter events, RequestError error) throws IOException;

  /** The answer that is not streamed. */
  void whole(OutputStream out, List<WholeChoice> answers, Usage usage);
}

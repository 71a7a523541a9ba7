package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.List;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;

/** Writes the JSON of one request's answer, in events or as a whole. */
public interface AnswerWriter {
  /** Whether the stream of a choice begins with an event of its own. */
  boolean hasStart(int index);

  /** The event with which the stream of a choice begins. */
  void writeStart(OutputStream out, int index);

  /** Whether a chunk says something to the client. */
  boolean hasDelta(GenerationChunk chunk);

  /** The event of new text. */
  void writeDelta(OutputStream out, int index, GenerationChunk chunk);

  /** The event that says why a choice ended. */
  void writeFinish(OutputStream out, int index, FinishReason reason);

  /** The event with the token counts, the last one of a stream that was asked for them. */
  void writeUsage(OutputStream out, Usage usage);

  /** The answer that is not streamed. */
  void writeWhole(OutputStream out, List<WholeChoice> answers, Usage usage);
}

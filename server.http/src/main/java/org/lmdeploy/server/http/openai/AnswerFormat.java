package org.lmdeploy.server.http.openai;

import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.WholeChoice;
import tools.jackson.core.JsonGenerator;

/**
 * What differs between the protocol's answers. Each method writes the fields of one choice, except
 * its index; what all answers share is written by {@link AnswerJson}.
 */
public interface AnswerFormat {
  /** What all chunks and the whole answer begin with. */
  Envelope envelope();

  /** Whether a choice's stream begins with an event of its own. */
  boolean hasStart(GenerationPlan.Choice choice);

  /** Whether a chunk is shown although it may bring no text yet, for its tokens. */
  boolean showsTokens(int index, AnswerChunk chunk);

  /** The event with which the stream of a choice begins. */
  void writeStart(JsonGenerator json, GenerationPlan.Choice choice);

  /** What came next. */
  void writeDelta(JsonGenerator json, int index, AnswerChunk chunk);

  /** The event that says why a choice ended. */
  void writeFinish(JsonGenerator json, AnswerEnd end);

  /** A choice that is complete. */
  void writeWhole(JsonGenerator json, int index, GenerationPlan.Choice choice, WholeChoice answer);
}

package org.lmdeploy.server.http.openai;

import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
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

  /** The event with which the stream of a choice begins. */
  void writeStart(JsonGenerator json, GenerationPlan.Choice choice);

  /** Whether a chunk says something to the client. */
  boolean hasDelta(GenerationChunk chunk);

  /** New text. */
  void writeDelta(JsonGenerator json, int index, GenerationChunk chunk);

  /** The event that says why a choice ended. */
  void writeFinish(JsonGenerator json, FinishReason reason);

  /** A choice that is complete. */
  void writeWhole(JsonGenerator json, GenerationPlan.Choice choice, WholeChoice answer);
}

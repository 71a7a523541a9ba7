package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the JSON of one request's answer, value by value: there is no object to be mapped. */
public final class AnswerJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final GenerationPlan plan;

  /** The answer of a plan. */
  public AnswerJson(GenerationPlan plan) {
    this.plan = plan;
  }

  /** A generator that does not close what it writes to. */
  public static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** Whether the stream of a choice begins with an event of its own. */
  public boolean hasStart(int index) {
    return plan.format().hasStart(plan.choices().get(index));
  }

  /** The event with which the stream of a choice begins. */
  public void writeStart(OutputStream out, int index) {
    writeChunk(out, index, json -> plan.format().writeStart(json, plan.choices().get(index)));
  }

  /** Whether a chunk says something to the client. */
  public static boolean hasDelta(AnswerChunk chunk) {
    return !chunk.logprobs().isEmpty() || chunk.parts().stream().anyMatch(AnswerJson::isShown);
  }

  private static boolean isShown(AnswerPart part) {
    return switch (part) {
      case AnswerPart.CallEnd _, AnswerPart.Malformed _ -> false; // the finish reason tells
      default -> true;
    };
  }

  /** The event of what came next. */
  public void writeDelta(OutputStream out, int index, AnswerChunk chunk) {
    writeChunk(out, index, json -> plan.format().writeDelta(json, index, chunk));
  }

  /** The event that says why a choice ended. */
  public void writeFinish(OutputStream out, int index, AnswerEnd end) {
    writeChunk(out, index, json -> plan.format().writeFinish(json, end));
  }

  /** The event with the token counts, the last one of a stream. */
  public void writeUsage(OutputStream out, Usage usage) {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      plan.format().envelope().write(json, true);
      json.writeName("choices");
      json.writeStartArray();
      json.writeEndArray();
      usage.write(json);
      json.writeEndObject();
    }
  }

  /** The answer that is not streamed. */
  public void writeWhole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      plan.format().envelope().write(json, false);
      json.writeName("choices");
      json.writeStartArray();
      for (int i = 0; i < answers.size(); i++) {
        json.writeStartObject();
        json.writeNumberProperty("index", i);
        plan.format().writeWhole(json, plan.choices().get(i), answers.get(i));
        json.writeEndObject();
      }
      json.writeEndArray();
      usage.write(json);
      json.writeEndObject();
    }
  }

  private void writeChunk(OutputStream out, int index, Consumer<JsonGenerator> choice) {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      plan.format().envelope().write(json, true);
      json.writeName("choices");
      json.writeStartArray();
      json.writeStartObject();
      json.writeNumberProperty("index", index);
      choice.accept(json);
      json.writeEndObject();
      json.writeEndArray();
      if (plan.includeUsage()) {
        json.writeNullProperty(
            "usage"); // as OpenAI: every chunk has the field once it was asked for
      }
      json.writeEndObject();
    }
  }

  static void writeFinishReason(JsonGenerator json, Optional<AnswerEnd> end) {
    if (end.isEmpty()) {
      json.writeNullProperty("finish_reason");
    } else {
      json.writeStringProperty("finish_reason", end.get().name().toLowerCase(Locale.ROOT));
    }
  }
}

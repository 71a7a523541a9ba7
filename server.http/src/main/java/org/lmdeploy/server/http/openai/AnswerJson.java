package org.lmdeploy.server.http.openai;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes answers as OpenAI's lists of choices, value by value: there is no object to be mapped. */
public final class AnswerJson implements AnswerWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final List<GenerationPlan.Choice> choices;
  private final boolean includeUsage;
  private final AnswerFormat format;

  /**
   * @param includeUsage whether a stream ends with the token counts
   * @param format how choices look
   */
  AnswerJson(List<GenerationPlan.Choice> choices, boolean includeUsage, AnswerFormat format) {
    this.choices = choices;
    this.includeUsage = includeUsage;
    this.format = format;
  }

  /** A generator that does not close what it writes to. */
  public static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  @Override
  public boolean hasStart(int index) {
    return format.hasStart(choices.get(index));
  }

  @Override
  public void writeStart(OutputStream out, int index) {
    writeChunk(out, index, json -> format.writeStart(json, choices.get(index)));
  }

  @Override
  public boolean hasDelta(GenerationChunk chunk) {
    return format.hasDelta(chunk);
  }

  @Override
  public void writeDelta(OutputStream out, int index, GenerationChunk chunk) {
    writeChunk(out, index, json -> format.writeDelta(json, index, chunk));
  }

  @Override
  public void writeFinish(OutputStream out, int index, FinishReason reason) {
    writeChunk(out, index, json -> format.writeFinish(json, reason));
  }

  @Override
  public void writeUsage(OutputStream out, Usage usage) {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      format.envelope().write(json, true);
      json.writeName("choices");
      json.writeStartArray();
      json.writeEndArray();
      usage.write(json);
      json.writeEndObject();
    }
  }

  @Override
  public void writeWhole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    try (JsonGenerator json = generator(out)) {
      json.writeStartObject();
      format.envelope().write(json, false);
      json.writeName("choices");
      json.writeStartArray();
      for (int i = 0; i < answers.size(); i++) {
        json.writeStartObject();
        json.writeNumberProperty("index", i);
        format.writeWhole(json, choices.get(i), answers.get(i));
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
      format.envelope().write(json, true);
      json.writeName("choices");
      json.writeStartArray();
      json.writeStartObject();
      json.writeNumberProperty("index", index);
      choice.accept(json);
      json.writeEndObject();
      json.writeEndArray();
      if (includeUsage) {
        json.writeNullProperty(
            "usage"); // as OpenAI: every chunk has the field once it was asked for
      }
      json.writeEndObject();
    }
  }

  /** How OpenAI calls the reason of a complete answer. */
  public static String finishReason(FinishReason reason) {
    return reason == FinishReason.LENGTH ? "length" : "stop";
  }

  static void writeFinishReason(JsonGenerator json, Optional<FinishReason> reason) {
    if (reason.isEmpty()) {
      json.writeNullProperty("finish_reason");
    } else {
      json.writeStringProperty("finish_reason", finishReason(reason.get()));
    }
  }
}

package org.lmdeploy.server.http.openai;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.EventWriter;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/** Writes the JSON of one request's answer, value by value: there is no object to be mapped. */
public final class AnswerJson implements AnswerWriter {
  private final List<GenerationPlan.Choice> choices;
  private final boolean includeUsage;
  private final AnswerFormat format;

  /** An answer of these choices, with the token counts at the end of a stream or without. */
  private AnswerJson(
      List<GenerationPlan.Choice> choices, boolean includeUsage, AnswerFormat format) {
    this.choices = List.copyOf(choices);
    this.includeUsage = includeUsage;
    this.format = format;
  }

  /** A plan whose answers are written so. */
  static GenerationPlan plan(
      List<GenerationPlan.Choice> choices, StreamFields streaming, AnswerFormat format) {
    AnswerJson writer = new AnswerJson(choices, streaming.includeUsage(), format);
    return new GenerationPlan(choices, streaming.stream(), writer);
  }

  @Override
  public void begin(EventWriter events) throws IOException {
    for (int i = 0; i < choices.size(); i++) {
      int index = i;
      GenerationPlan.Choice choice = choices.get(i);
      if (format.hasStart(choice)) {
        events.event(out -> writeChunk(out, index, json -> format.writeStart(json, choice)));
      }
    }
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException {
    if (hasDelta(choice, chunk)) {
      events.event(out -> writeChunk(out, choice, json -> format.writeDelta(json, choice, chunk)));
    }
    if (chunk.end().isPresent()) {
      events.event(
          out -> writeChunk(out, choice, json -> format.writeFinish(json, chunk.end().get())));
    }
  }

  @Override
  public void end(EventWriter events, Usage usage) throws IOException {
    if (includeUsage) {
      events.event(out -> writeUsageEvent(out, usage));
    }
    events.done();
  }

  /** Whether a chunk says something to the client. */
  private boolean hasDelta(int choice, AnswerChunk chunk) {
    return format.showsTokens(choice, chunk)
        || chunk.parts().stream().anyMatch(AnswerJson::isShown);
  }

  private static boolean isShown(AnswerPart part) {
    return switch (part) {
      case AnswerPart.CallEnd _, AnswerPart.Malformed _ -> false; // the finish reason tells
      default -> true;
    };
  }

  /** The event with the token counts, the last one of a stream. */
  private void writeUsageEvent(OutputStream out, Usage usage) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      format.envelope().write(json, true);
      json.writeName("choices");
      json.writeStartArray();
      json.writeEndArray();
      writeUsage(json, usage);
      json.writeEndObject();
    }
  }

  private static void writeUsage(JsonGenerator json, Usage usage) {
    json.writeName("usage");
    json.writeStartObject();
    json.writeNumberProperty("prompt_tokens", usage.promptTokens());
    json.writeNumberProperty("completion_tokens", usage.completionTokens());
    json.writeNumberProperty("total_tokens", usage.promptTokens() + usage.completionTokens());
    json.writeName("prompt_tokens_details");
    json.writeStartObject();
    json.writeNumberProperty("cached_tokens", usage.cachedTokens());
    json.writeEndObject();
    if (usage.reasoningTokens() > 0) {
      json.writeName("completion_tokens_details");
      json.writeStartObject();
      json.writeNumberProperty("reasoning_tokens", usage.reasoningTokens());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  @Override
  public void error(EventWriter events, RequestError error) throws IOException {
    events.event(out -> ErrorJson.write(out, error));
  }

  @Override
  public void whole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      format.envelope().write(json, false);
      json.writeName("choices");
      json.writeStartArray();
      for (int i = 0; i < answers.size(); i++) {
        json.writeStartObject();
        json.writeNumberProperty("index", i);
        format.writeWhole(json, i, choices.get(i), answers.get(i));
        json.writeEndObject();
      }
      json.writeEndArray();
      writeUsage(json, usage);
      json.writeEndObject();
    }
  }

  private void writeChunk(OutputStream out, int index, Consumer<JsonGenerator> choice) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
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

  /** How OpenAI calls the end of an answer. */
  public static String finishReason(AnswerEnd end) {
    return end.name().toLowerCase(Locale.ROOT);
  }

  static void writeFinishReason(JsonGenerator json, Optional<AnswerEnd> end) {
    if (end.isEmpty()) {
      json.writeNullProperty("finish_reason");
    } else {
      json.writeStringProperty("finish_reason", finishReason(end.get()));
    }
  }
}

package org.lmdeploy.server.http.anthropic;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.EventWriter;
import org.lmdeploy.server.http.answer.Ids;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/** Writes one message: as events, a block after the other, or as a whole. */
final class MessageWriter implements AnswerWriter {
  private final String id = Ids.next("msg_");
  private final String model;
  private final IntSupplier promptTokens;
  private final List<String> stopSequences;

  /** The kind of the block that is open; null if none is. */
  private Class<? extends AnswerPart> open;

  private int block = -1;
  private AnswerEnd end = AnswerEnd.STOP;
  private Optional<String> stopWord = Optional.empty();

  /**
   * @param promptTokens tells the tokens of the prompt once it is prepared
   * @param stopSequences those of the request; the template may have others, which are no news
   */
  MessageWriter(String model, IntSupplier promptTokens, List<String> stopSequences) {
    this.model = model;
    this.promptTokens = promptTokens;
    this.stopSequences = List.copyOf(stopSequences);
  }

  @Override
  public void begin(EventWriter events) throws IOException {
    event(
        events,
        "message_start",
        json -> {
          json.writeName("message");
          json.writeStartObject();
          writeHead(json);
          json.writeName("content");
          json.writeStartArray();
          json.writeEndArray();
          MessageJson.writeStop(json, Optional.empty(), Optional.empty());
          MessageJson.writeUsage(json, new Usage(promptTokens.getAsInt(), 0, 0, 0));
          json.writeEndObject();
        });
    event(events, "ping", json -> {});
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException {
    for (AnswerPart part : chunk.parts()) {
      part(events, part);
    }
    if (chunk.end().isPresent()) {
      end = chunk.end().get();
      stopWord = chunk.stopWord().filter(stopSequences::contains);
    }
  }

  private void part(EventWriter events, AnswerPart part) throws IOException {
    switch (part) {
      case AnswerPart.Content(String text) -> {
        openBlock(events, AnswerPart.Content.class, MessageJson::writeEmptyText);
        delta(events, "text_delta", "text", text);
      }
      case AnswerPart.Reasoning(String text) -> {
        openBlock(events, AnswerPart.Reasoning.class, MessageJson::writeEmptyThinking);
        delta(events, "thinking_delta", "thinking", text);
      }
      case AnswerPart.CallBegin(int _, String function) -> {
        closeBlock(events);
        openBlock(
            events,
            AnswerPart.CallBegin.class,
            json -> MessageJson.writeCall(json, function, Optional.empty()));
        delta(events, "input_json_delta", "partial_json", "");
      }
      case AnswerPart.CallArguments(int _, String arguments) ->
          delta(events, "input_json_delta", "partial_json", arguments);
      case AnswerPart.CallEnd _, AnswerPart.Malformed _ -> closeBlock(events);
    }
  }

  private void openBlock(
      EventWriter events, Class<? extends AnswerPart> kind, Consumer<JsonGenerator> content)
      throws IOException {
    if (open == kind) {
      return;
    }
    closeBlock(events);
    open = kind;
    block++;
    event(
        events,
        "content_block_start",
        json -> {
          json.writeNumberProperty("index", block);
          json.writeName("content_block");
          content.accept(json);
        });
  }

  private void closeBlock(EventWriter events) throws IOException {
    if (open == null) {
      return;
    }
    if (open == AnswerPart.Reasoning.class) {
      delta(events, "signature_delta", "signature", MessageJson.SIGNATURE);
    }
    open = null;
    event(events, "content_block_stop", json -> json.writeNumberProperty("index", block));
  }

  private void delta(EventWriter events, String type, String field, String text)
      throws IOException {
    event(
        events,
        "content_block_delta",
        json -> {
          json.writeNumberProperty("index", block);
          json.writeName("delta");
          json.writeStartObject();
          json.writeStringProperty("type", type);
          json.writeStringProperty(field, text);
          json.writeEndObject();
        });
  }

  @Override
  public void end(EventWriter events, Usage usage) throws IOException {
    closeBlock(events);
    event(
        events,
        "message_delta",
        json -> {
          json.writeName("delta");
          json.writeStartObject();
          MessageJson.writeStop(json, Optional.of(end), stopWord);
          json.writeEndObject();
          MessageJson.writeUsage(json, usage);
        });
    event(events, "message_stop", json -> {});
  }

  @Override
  public void error(EventWriter events, RequestError error) throws IOException {
    events.event("error", out -> MessagesErrorJson.write(out, error));
  }

  @Override
  public void whole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    WholeChoice answer = answers.getFirst();
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      writeHead(json);
      json.writeName("content");
      json.writeStartArray();
      answer.blocks().forEach(each -> MessageJson.writeBlock(json, each));
      json.writeEndArray();
      MessageJson.writeStop(
          json, Optional.of(answer.end()), answer.stopWord().filter(stopSequences::contains));
      MessageJson.writeUsage(json, usage);
      json.writeEndObject();
    }
  }

  private void writeHead(JsonGenerator json) {
    json.writeStringProperty("id", id);
    json.writeStringProperty("type", "message");
    json.writeStringProperty("role", "assistant");
    json.writeStringProperty("model", model);
  }

  private static void event(EventWriter events, String type, Consumer<JsonGenerator> fields)
      throws IOException {
    events.event(
        type,
        out -> {
          try (JsonGenerator json = JsonWriting.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            fields.accept(json);
            json.writeEndObject();
          }
        });
  }
}

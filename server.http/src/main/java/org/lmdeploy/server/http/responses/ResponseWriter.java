package org.lmdeploy.server.http.responses;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.Block;
import org.lmdeploy.server.http.answer.EventWriter;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/** Writes one response: as numbered events, an item after the other, or as a whole. */
final class ResponseWriter implements AnswerWriter {
  private final ResponseHead head;
  private final List<OutputItem> items = new ArrayList<>();
  private int sequence;
  private AnswerEnd end = AnswerEnd.STOP;

  ResponseWriter(ResponseHead head) {
    this.head = head;
  }

  @Override
  public void begin(EventWriter events) throws IOException {
    for (String type : List.of("response.created", "response.in_progress")) {
      event(
          events,
          type,
          json -> {
            json.writeName("response");
            ResponseJson.writeOpen(json, head);
          });
    }
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException {
    for (AnswerPart part : chunk.parts()) {
      part(events, part);
    }
    if (chunk.end().isPresent()) {
      end = chunk.end().get();
    }
  }

  private void part(EventWriter events, AnswerPart part) throws IOException {
    switch (part) {
      case AnswerPart.Content(String text) -> text(events, OutputItem.Kind.MESSAGE, text);
      case AnswerPart.Reasoning(String text) -> text(events, OutputItem.Kind.REASONING, text);
      case AnswerPart.CallBegin(int _, String function) -> {
        close(events, true);
        open(events, new OutputItem(OutputItem.Kind.CALL, Optional.of(function)));
      }
      case AnswerPart.CallArguments(int _, String json) -> delta(events, json);
      case AnswerPart.CallEnd _ -> close(events, true);
      case AnswerPart.Malformed _ -> close(events, false);
    }
  }

  private void text(EventWriter events, OutputItem.Kind kind, String text) throws IOException {
    if (!isOpen() || items.getLast().kind() != kind) {
      close(events, true);
      open(events, new OutputItem(kind, Optional.empty()));
    }
    delta(events, text);
  }

  private boolean isOpen() {
    return !items.isEmpty() && items.getLast().isOpen();
  }

  private void open(EventWriter events, OutputItem item) throws IOException {
    items.add(item);
    itemEvent(events, "response.output_item.added");
    if (item.kind() != OutputItem.Kind.CALL) {
      partEvent(events, "response.content_part.added");
    }
  }

  private void delta(EventWriter events, String text) throws IOException {
    items.getLast().add(text);
    textEvent(events, "delta", "delta", text);
  }

  private void close(EventWriter events, boolean complete) throws IOException {
    if (!isOpen()) {
      return;
    }
    OutputItem item = items.getLast();
    item.end(complete);
    String field = item.kind() == OutputItem.Kind.CALL ? "arguments" : "text";
    textEvent(events, "done", field, item.text());
    if (item.kind() != OutputItem.Kind.CALL) {
      partEvent(events, "response.content_part.done");
    }
    itemEvent(events, "response.output_item.done");
  }

  private void itemEvent(EventWriter events, String type) throws IOException {
    event(
        events,
        type,
        json -> {
          json.writeNumberProperty("output_index", items.size() - 1);
          json.writeName("item");
          items.getLast().write(json);
        });
  }

  private void partEvent(EventWriter events, String type) throws IOException {
    event(
        events,
        type,
        json -> {
          writePlace(json);
          json.writeNumberProperty("content_index", 0);
          json.writeName("part");
          items.getLast().writePart(json);
        });
  }

  private void textEvent(EventWriter events, String what, String field, String text)
      throws IOException {
    OutputItem.Kind kind = items.getLast().kind();
    String type =
        switch (kind) {
          case MESSAGE -> "response.output_text.";
          case REASONING -> "response.reasoning_text.";
          case CALL -> "response.function_call_arguments.";
        };
    event(
        events,
        type + what,
        json -> {
          writePlace(json);
          if (kind != OutputItem.Kind.CALL) {
            json.writeNumberProperty("content_index", 0);
          }
          json.writeStringProperty(field, text);
          if (kind == OutputItem.Kind.MESSAGE) {
            json.writeName("logprobs");
            json.writeStartArray();
            json.writeEndArray();
          }
        });
  }

  private void writePlace(JsonGenerator json) {
    json.writeStringProperty("item_id", items.getLast().id());
    json.writeNumberProperty("output_index", items.size() - 1);
  }

  @Override
  public void end(EventWriter events, Usage usage) throws IOException {
    close(events, end != AnswerEnd.LENGTH);
    event(
        events,
        "response." + ResponseJson.status(end),
        json -> {
          json.writeName("response");
          ResponseJson.writeEnded(json, head, items, end, usage);
        });
  }

  @Override
  public void error(EventWriter events, RequestError error) throws IOException {
    event(
        events,
        "response.failed",
        json -> {
          json.writeName("response");
          ResponseJson.writeFailed(json, head, items, error);
        });
  }

  @Override
  public void whole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    WholeChoice answer = answers.getFirst();
    for (Block block : answer.blocks()) {
      OutputItem item =
          switch (block) {
            case Block.Text _ -> new OutputItem(OutputItem.Kind.MESSAGE, Optional.empty());
            case Block.Reasoning _ -> new OutputItem(OutputItem.Kind.REASONING, Optional.empty());
            case Block.Call call ->
                new OutputItem(OutputItem.Kind.CALL, Optional.of(call.function()));
          };
      item.add(
          switch (block) {
            case Block.Text(String text) -> text;
            case Block.Reasoning(String text) -> text;
            case Block.Call call -> call.arguments();
          });
      boolean cut = answer.end() == AnswerEnd.LENGTH && block == answer.blocks().getLast();
      item.end(!cut && !(block instanceof Block.Call call && call.malformed()));
      items.add(item);
    }
    try (JsonGenerator json = JsonWriting.generator(out)) {
      ResponseJson.writeEnded(json, head, items, answer.end(), usage);
    }
  }

  private void event(EventWriter events, String type, Consumer<JsonGenerator> fields)
      throws IOException {
    events.event(
        type,
        out -> {
          try (JsonGenerator json = JsonWriting.generator(out)) {
            json.writeStartObject();
            json.writeStringProperty("type", type);
            json.writeNumberProperty("sequence_number", sequence++);
            fields.accept(json);
            json.writeEndObject();
          }
        });
  }
}

package org.lmdeploy.server.http.lmdeploy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.EventWriter;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.openai.AnswerJson;
import org.lmdeploy.server.http.openai.ErrorJson;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code /v1/chat/interactive}, or each event of it: text and counts. */
final class InteractiveJson implements AnswerWriter {
  private GenerationStream stream = new NoAnswer();
  private int historyTokens;
  private int tokens;
  private BooleanSupplier cancelled = () -> false;

  /**
   * Takes the counts that every event shows.
   *
   * @param history tokens of the conversation so far, with which the stream's prompt begins
   * @param opened the answer
   * @param wasCancelled whether the session's owner ended the answer
   */
  void opened(int history, GenerationStream opened, BooleanSupplier wasCancelled) {
    historyTokens = history;
    stream = opened;
    cancelled = wasCancelled;
  }

  @Override
  public void begin(EventWriter events) {
    // the first text is the first event
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException {
    tokens += chunk.tokenIds().size();
    if (!chunk.content().isEmpty()) {
      events.event(out -> write(out, chunk.content(), Optional.empty()));
    }
    if (chunk.end().isPresent()) {
      events.event(out -> write(out, "", chunk.end()));
    }
  }

  @Override
  public void end(EventWriter events, Usage usage) throws IOException {
    events.done();
  }

  @Override
  public void error(EventWriter events, RequestError error) throws IOException {
    events.event(out -> ErrorJson.write(out, error));
  }

  @Override
  public void whole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    WholeChoice answer = answers.getFirst();
    tokens = usage.completionTokens();
    write(out, answer.text(), Optional.of(answer.end()));
  }

  private void write(OutputStream out, String text, Optional<AnswerEnd> end) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("text", text);
      json.writeNumberProperty("tokens", tokens);
      json.writeNumberProperty("input_tokens", stream.promptTokens() - historyTokens);
      json.writeNumberProperty("history_tokens", historyTokens);
      json.writeNumberProperty("cached_tokens", stream.cachedTokens());
      if (end.isEmpty()) {
        json.writeNullProperty("finish_reason");
      } else {
        boolean ended = cancelled.getAsBoolean() && end.get() == AnswerEnd.STOP;
        json.writeStringProperty(
            "finish_reason", ended ? "abort" : AnswerJson.finishReason(end.get()));
      }
      json.writeEndObject();
    }
  }
}

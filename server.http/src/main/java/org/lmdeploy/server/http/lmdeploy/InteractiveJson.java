package org.lmdeploy.server.http.lmdeploy;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.server.http.openai.AnswerJson;
import org.lmdeploy.server.http.openai.AnswerWriter;
import org.lmdeploy.server.http.openai.Usage;
import org.lmdeploy.server.http.openai.WholeChoice;
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
  public boolean hasStart(int index) {
    return false;
  }

  @Override
  public void writeStart(OutputStream out, int index) {
    throw new IllegalStateException("this stream begins with its first text");
  }

  @Override
  public boolean hasDelta(GenerationChunk chunk) {
    return !chunk.text().isEmpty();
  }

  @Override
  public void writeDelta(OutputStream out, int index, GenerationChunk chunk) {
    tokens += chunk.tokenIds().size();
    write(out, chunk.text(), Optional.empty());
  }

  @Override
  public void writeFinish(OutputStream out, int index, FinishReason reason) {
    write(out, "", Optional.of(reason));
  }

  @Override
  public void writeUsage(OutputStream out, Usage usage) {
    throw new IllegalStateException("every event has the counts");
  }

  @Override
  public void writeWhole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    tokens = usage.completionTokens();
    write(out, answers.getFirst().text(), Optional.of(answers.getFirst().finishReason()));
  }

  private void write(OutputStream out, String text, Optional<FinishReason> reason) {
    try (JsonGenerator json = AnswerJson.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("text", text);
      json.writeNumberProperty("tokens", tokens);
      json.writeNumberProperty("input_tokens", stream.promptTokens() - historyTokens);
      json.writeNumberProperty("history_tokens", historyTokens);
      json.writeNumberProperty("cached_tokens", stream.cachedTokens());
      if (reason.isEmpty()) {
        json.writeNullProperty("finish_reason");
      } else {
        boolean ended = cancelled.getAsBoolean() && reason.get() == FinishReason.STOP;
        json.writeStringProperty(
            "finish_reason", ended ? "abort" : AnswerJson.finishReason(reason.get()));
      }
      json.writeEndObject();
    }
  }
}

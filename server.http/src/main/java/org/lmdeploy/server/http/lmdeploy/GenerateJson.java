package org.lmdeploy.server.http.lmdeploy;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.openai.AnswerJson;
import org.lmdeploy.server.http.openai.AnswerWriter;
import org.lmdeploy.server.http.openai.TokenTexts;
import org.lmdeploy.server.http.openai.Usage;
import org.lmdeploy.server.http.openai.WholeChoice;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code /generate}, or each event of it: text, tokens, counts. */
final class GenerateJson implements AnswerWriter {
  private final boolean withLogprobs;
  private int promptTokens;
  private int completionTokens;

  /**
   * @param withLogprobs whether the log probability of each token is wanted
   */
  GenerateJson(boolean withLogprobs) {
    this.withLogprobs = withLogprobs;
  }

  /** Takes the count of the prompt's tokens, which every event shows. */
  GenerationStream opened(GenerationStream stream) {
    promptTokens = stream.promptTokens();
    return stream;
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
    return !chunk.text().isEmpty() || !chunk.tokenIds().isEmpty();
  }

  @Override
  public void writeDelta(OutputStream out, int index, GenerationChunk chunk) {
    completionTokens += chunk.tokenIds().size();
    write(out, chunk.text(), chunk.tokenIds(), chunk.logprobs(), Optional.empty());
  }

  @Override
  public void writeFinish(OutputStream out, int index, FinishReason reason) {
    write(out, "", List.of(), List.of(), Optional.of(reason));
  }

  @Override
  public void writeUsage(OutputStream out, Usage usage) {
    throw new IllegalStateException("every event has the counts");
  }

  @Override
  public void writeWhole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    WholeChoice answer = answers.getFirst();
    completionTokens = usage.completionTokens();
    write(
        out,
        answer.text(),
        answer.tokenIds(),
        answer.logprobs(),
        Optional.of(answer.finishReason()));
  }

  private void write(
      OutputStream out,
      String text,
      List<Integer> tokens,
      List<TokenLogprobs> logprobs,
      Optional<FinishReason> reason) {
    try (JsonGenerator json = AnswerJson.generator(out)) {
      json.writeStartObject();
      json.writeStringProperty("text", text);
      json.writeName("output_ids");
      json.writeStartArray();
      tokens.forEach(json::writeNumber);
      json.writeEndArray();
      json.writeName("meta_info");
      json.writeStartObject();
      json.writeNumberProperty("prompt_tokens", promptTokens);
      json.writeNumberProperty("completion_tokens", completionTokens);
      json.writeName("finish_reason");
      if (reason.isEmpty()) {
        json.writeNull();
      } else {
        json.writeStartObject();
        json.writeStringProperty("type", AnswerJson.finishReason(reason.get()));
        json.writeEndObject();
      }
      json.writeName("output_token_logprobs");
      if (withLogprobs) {
        TokenTexts.writePairs(json, logprobs);
      } else {
        json.writeNull();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }
}

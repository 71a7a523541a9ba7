package org.lmdeploy.server.http.lmdeploy;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
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
import org.lmdeploy.server.http.openai.TokenTexts;
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
  public void begin(EventWriter events) {
    // the first text is the first event
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) throws IOException {
    completionTokens += chunk.tokenIds().size();
    if (!chunk.parts().isEmpty() || !chunk.tokenIds().isEmpty()) {
      events.event(
          out -> write(out, chunk.content(), chunk.tokenIds(), chunk.logprobs(), Optional.empty()));
    }
    if (chunk.end().isPresent()) {
      events.event(out -> write(out, "", List.of(), List.of(), chunk.end()));
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
    completionTokens = usage.completionTokens();
    write(out, answer.text(), answer.tokenIds(), answer.logprobs(), Optional.of(answer.end()));
  }

  private void write(
      OutputStream out,
      String text,
      List<Integer> tokens,
      List<TokenLogprobs> logprobs,
      Optional<AnswerEnd> end) {
    try (JsonGenerator json = JsonWriting.generator(out)) {
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
      if (end.isEmpty()) {
        json.writeNull();
      } else {
        json.writeStartObject();
        json.writeStringProperty("type", AnswerJson.finishReason(end.get()));
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

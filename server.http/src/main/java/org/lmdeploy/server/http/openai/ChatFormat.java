package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.WholeChoice;
import tools.jackson.core.JsonGenerator;

/**
 * Answers of {@code /v1/chat/completions}.
 *
 * @param envelope what all chunks begin with
 * @param tokens the tokens' texts
 * @param withLogprobs whether OpenAI's log probabilities were asked for
 * @param tokenFields which of LMDeploy's fields were
 */
record ChatFormat(
    Envelope envelope, TokenTexts tokens, boolean withLogprobs, TokenFields tokenFields)
    implements AnswerFormat {
  @Override
  public boolean hasStart(GenerationPlan.Choice choice) {
    return true;
  }

  @Override
  public boolean showsTokens(int index, AnswerChunk chunk) {
    return (withLogprobs || tokenFields.any()) && !chunk.tokenIds().isEmpty();
  }

  @Override
  public void writeStart(JsonGenerator json, GenerationPlan.Choice choice) {
    json.writeName("delta");
    json.writeStartObject();
    json.writeStringProperty("role", "assistant");
    json.writeStringProperty("content", "");
    json.writeEndObject();
    json.writeNullProperty("logprobs");
    json.writeNullProperty("finish_reason");
  }

  @Override
  public void writeDelta(JsonGenerator json, int index, AnswerChunk chunk) {
    json.writeName("delta");
    json.writeStartObject();
    writeText(json, "reasoning_content", chunk.reasoning());
    writeText(json, "content", chunk.content());
    ToolCallsJson.writeDeltas(json, chunk.parts());
    json.writeEndObject();
    writeLogprobs(json, chunk.logprobs());
    tokenFields.write(json, chunk.tokenIds(), chunk.logprobs());
    json.writeNullProperty("finish_reason");
  }

  @Override
  public void writeFinish(JsonGenerator json, AnswerEnd end) {
    json.writeName("delta");
    json.writeStartObject();
    json.writeEndObject();
    json.writeNullProperty("logprobs");
    AnswerJson.writeFinishReason(json, Optional.of(end));
  }

  @Override
  public void writeWhole(
      JsonGenerator json, int index, GenerationPlan.Choice choice, WholeChoice answer) {
    json.writeName("message");
    json.writeStartObject();
    json.writeStringProperty("role", "assistant");
    writeText(json, "reasoning_content", answer.reasoning());
    if (answer.text().isEmpty() && !answer.calls().isEmpty()) {
      json.writeNullProperty("content");
    } else {
      json.writeStringProperty("content", answer.text());
    }
    json.writeNullProperty("refusal");
    ToolCallsJson.writeWhole(json, answer.calls());
    json.writeEndObject();
    writeLogprobs(json, answer.logprobs());
    tokenFields.write(json, answer.tokenIds(), answer.logprobs());
    AnswerJson.writeFinishReason(json, Optional.of(answer.end()));
  }

  private static void writeText(JsonGenerator json, String field, String text) {
    if (!text.isEmpty()) {
      json.writeStringProperty(field, text);
    }
  }

  private void writeLogprobs(JsonGenerator json, List<TokenLogprobs> entries) {
    if (!withLogprobs) {
      json.writeNullProperty("logprobs");
      return;
    }
    json.writeName("logprobs");
    json.writeStartObject();
    json.writeName("content");
    json.writeStartArray();
    for (TokenLogprobs entry : entries) {
      json.writeStartObject();
      tokens.writeFields(json, entry.id(), entry.logprob());
      json.writeName("top_logprobs");
      json.writeStartArray();
      for (TokenLogprobs.Alternative other : entry.top()) {
        json.writeStartObject();
        tokens.writeFields(json, other.id(), other.logprob());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullProperty("refusal");
    json.writeEndObject();
  }
}

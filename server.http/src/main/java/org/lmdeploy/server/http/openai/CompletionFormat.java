package org.lmdeploy.server.http.openai;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import tools.jackson.core.JsonGenerator;

/** Answers of {@code /v1/completions}. */
final class CompletionFormat implements AnswerFormat {
  private final Envelope envelope;
  private final TokenTexts tokens;
  private final boolean withLogprobs;
  private final TokenFields tokenFields;

  /** Where the next token of each choice begins in its text; its log probabilities say so. */
  private final int[] offsets;

  CompletionFormat(
      Envelope envelope,
      TokenTexts tokens,
      boolean withLogprobs,
      TokenFields tokenFields,
      List<GenerationPlan.Choice> choices) {
    this.envelope = envelope;
    this.tokens = tokens;
    this.withLogprobs = withLogprobs;
    this.tokenFields = tokenFields;
    this.offsets = choices.stream().mapToInt(choice -> choice.echo().length()).toArray();
  }

  @Override
  public Envelope envelope() {
    return envelope;
  }

  @Override
  public boolean hasStart(GenerationPlan.Choice choice) {
    return !choice.echo().isEmpty();
  }

  @Override
  public boolean showsTokens() {
    return withLogprobs || tokenFields.any();
  }

  @Override
  public void writeStart(JsonGenerator json, GenerationPlan.Choice choice) {
    write(json, choice.echo(), Optional.empty());
    json.writeNullProperty("logprobs");
  }

  @Override
  public void writeDelta(JsonGenerator json, int index, AnswerChunk chunk) {
    write(json, chunk.content(), Optional.empty());
    offsets[index] = writeLogprobs(json, chunk.logprobs(), offsets[index]);
    tokenFields.write(json, chunk.tokenIds(), chunk.logprobs());
  }

  @Override
  public void writeFinish(JsonGenerator json, AnswerEnd end) {
    write(json, "", Optional.of(end));
    json.writeNullProperty("logprobs");
  }

  @Override
  public void writeWhole(JsonGenerator json, GenerationPlan.Choice choice, WholeChoice answer) {
    write(json, choice.echo() + answer.text(), Optional.of(answer.end()));
    writeLogprobs(json, answer.logprobs(), choice.echo().length());
    tokenFields.write(json, answer.tokenIds(), answer.logprobs());
  }

  private static void write(JsonGenerator json, String text, Optional<AnswerEnd> end) {
    json.writeStringProperty("text", text);
    AnswerJson.writeFinishReason(json, end);
  }

  /** Returns the offset behind the last token. */
  private int writeLogprobs(JsonGenerator json, List<TokenLogprobs> entries, int offset) {
    if (!withLogprobs) {
      json.writeNullProperty("logprobs");
      return offset;
    }
    json.writeName("logprobs");
    json.writeStartObject();
    json.writeName("tokens");
    json.writeStartArray();
    entries.forEach(entry -> json.writeString(tokens.text(entry.id())));
    json.writeEndArray();
    json.writeName("token_logprobs");
    json.writeStartArray();
    entries.forEach(entry -> json.writeNumber(TokenTexts.finite(entry.logprob())));
    json.writeEndArray();
    json.writeName("top_logprobs");
    json.writeStartArray();
    entries.forEach(entry -> writeTop(json, entry));
    json.writeEndArray();
    json.writeName("text_offset");
    json.writeStartArray();
    int next = offset;
    for (TokenLogprobs entry : entries) {
      json.writeNumber(next);
      next += tokens.text(entry.id()).length();
    }
    json.writeEndArray();
    json.writeEndObject();
    return next;
  }

  private void writeTop(JsonGenerator json, TokenLogprobs entry) {
    Set<String> written = new HashSet<>();
    json.writeStartObject();
    for (TokenLogprobs.Alternative other : entry.top()) {
      String text = tokens.text(other.id());
      if (written.add(text)) { // two tokens may have one text; a JSON name may stand once
        json.writeNumberProperty(text, TokenTexts.finite(other.logprob()));
      }
    }
    json.writeEndObject();
  }
}

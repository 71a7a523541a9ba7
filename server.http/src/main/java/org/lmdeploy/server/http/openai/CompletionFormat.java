package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.WholeChoice;
import tools.jackson.core.JsonGenerator;

/** Answers of {@code /v1/completions}. */
final class CompletionFormat implements AnswerFormat {
  private final Envelope envelope;
  private final TokenTexts tokens;
  private final boolean withLogprobs;
  private final TokenFields tokenFields;

  /** The prompts of choices that are still to be written, with their log probabilities. */
  private final Map<Integer, EchoedPrompt> due;

  /** Where the next token of each choice begins in its text; its log probabilities say so. */
  private final int[] offsets;

  CompletionFormat(
      Envelope envelope,
      TokenTexts tokens,
      boolean withLogprobs,
      TokenFields tokenFields,
      List<GenerationPlan.Choice> choices,
      Map<Integer, EchoedPrompt> echoed) {
    this.envelope = envelope;
    this.tokens = tokens;
    this.withLogprobs = withLogprobs;
    this.tokenFields = tokenFields;
    this.due = new ConcurrentHashMap<>(echoed);
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
  public boolean showsTokens(int index, AnswerChunk chunk) {
    boolean tokens = withLogprobs || tokenFields.any();
    return tokens && !chunk.tokenIds().isEmpty() || due.containsKey(index);
  }

  @Override
  public void writeStart(JsonGenerator json, GenerationPlan.Choice choice) {
    write(json, choice.echo(), Optional.empty());
    json.writeNullProperty("logprobs");
  }

  @Override
  public void writeDelta(JsonGenerator json, int index, AnswerChunk chunk) {
    Optional<EchoedPrompt> prompt = Optional.ofNullable(due.remove(index));
    String before = prompt.map(EchoedPrompt::text).orElse("");
    write(json, before + chunk.content(), Optional.empty());
    int offset = prompt.isPresent() ? 0 : offsets[index];
    offsets[index] = writeLogprobs(json, prompt, chunk.logprobs(), offset);
    tokenFields.write(json, chunk.tokenIds(), chunk.logprobs());
  }

  @Override
  public void writeFinish(JsonGenerator json, AnswerEnd end) {
    write(json, "", Optional.of(end));
    json.writeNullProperty("logprobs");
  }

  @Override
  public void writeWhole(
      JsonGenerator json, int index, GenerationPlan.Choice choice, WholeChoice answer) {
    Optional<EchoedPrompt> prompt = Optional.ofNullable(due.get(index));
    String before = prompt.map(EchoedPrompt::text).orElse(choice.echo());
    write(json, before + answer.text(), Optional.of(answer.end()));
    writeLogprobs(json, prompt, answer.logprobs(), prompt.isPresent() ? 0 : before.length());
    tokenFields.write(json, answer.tokenIds(), answer.logprobs());
  }

  private static void write(JsonGenerator json, String text, Optional<AnswerEnd> end) {
    json.writeStringProperty("text", text);
    AnswerJson.writeFinishReason(json, end);
  }

  /** Returns the offset behind the last token. */
  private int writeLogprobs(
      JsonGenerator json, Optional<EchoedPrompt> prompt, List<TokenLogprobs> entries, int offset) {
    if (!withLogprobs) {
      json.writeNullProperty("logprobs");
      return offset;
    }
    LegacyLogprobs logprobs = new LegacyLogprobs(tokens, offset);
    prompt.ifPresent(logprobs::prompt);
    logprobs.answer(entries);
    json.writeName("logprobs");
    logprobs.write(json);
    return logprobs.offset();
  }
}

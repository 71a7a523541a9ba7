package org.lmdeploy.core.batch;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.core.text.StopTokens;

/** How one answer is drawn and which of its tokens end it. Immutable. */
final class AnswerRules {
  private static final int[] NO_IDS = {};

  private final GenerationConfig config;
  private final Set<Integer> ends;
  private final Set<Integer> stopWordTokens;
  private final Bans bans;
  private final int[] biasIds;
  private final float[] biases;
  private final long seed;
  private final int logprobs;
  private final RepetitionStop repetition;
  private final int promptLogprobs;

  /**
   * The rules of a checked request.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if they leave no token to be drawn
   */
  AnswerRules(GenerationConfig config, EngineRequest model) {
    this.config = config;
    ends = new HashSet<>(config.stopTokenIds());
    if (!config.ignoreEos()) {
      ends.addAll(model.endTokens());
    }
    stopWordTokens = StopTokens.of(config.stopWords(), model.tokenizer()).keySet();
    int vocabSize = model.blueprint().vocabSize();
    Set<Integer> stops = new HashSet<>(ends);
    stops.addAll(stopWordTokens);
    bans = BanRules.of(config, stops, model.tokenizer(), vocabSize);
    Map<Integer, Float> bias = config.logitBias();
    biasIds = bias.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    biases = new float[biasIds.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = bias.get(biasIds[i]);
    }
    seed = config.seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    logprobs = Math.min(config.logprobs(), vocabSize);
    repetition =
        new RepetitionStop(config.repetitionNgramSize(), config.repetitionNgramThreshold());
    promptLogprobs = Math.min(config.promptLogprobs(), vocabSize);
  }

  /** Ids that end an answer and are no part of it. */
  Set<Integer> ends() {
    return ends;
  }

  /** Whether a token ends an answer and is no part of it. */
  boolean ends(int id) {
    return ends.contains(id);
  }

  /**
   * Whether a token is a whole stop word, so that the reader will end the answer there too.
   *
   * @param count tokens of the answer, this one included
   */
  boolean completesStopWord(int id, int count) {
    return count > config.minNewTokens() && stopWordTokens.contains(id);
  }

  /** Whether an answer, which stands in {@code tokens[start, end)}, repeats itself too often. */
  boolean repeats(int[] tokens, int start, int end) {
    return end - start > config.minNewTokens() && repetition.reached(tokens, start, end);
  }

  /** Whether the sequence has to keep the distinct ids of its tokens. */
  boolean needsSeen() {
    return config.repetitionPenalty() != 1;
  }

  /**
   * How many tokens before the one to be drawn may be unknown. The device counts the step's input
   * among the seen and generated ids, but no other; what a ban forbids after it, nobody can say.
   */
  int mostUnknown() {
    if (!bans.sequences().isEmpty()) {
      return 0;
    }
    return needsSeen() || needsAnswer() ? 1 : Integer.MAX_VALUE;
  }

  private boolean needsAnswer() {
    return config.presencePenalty() != 0 || config.frequencyPenalty() != 0;
  }

  /** Whether the log probabilities of the prompt's tokens are wanted. */
  boolean scoresPrompt() {
    return promptLogprobs >= 0;
  }

  /** How the log probability of a prompt's token is found. */
  SamplingRow promptRow(int id) {
    return SamplingRow.forced(id, promptLogprobs);
  }

  /** The ids that the next token of a sequence cannot be. */
  int[] banned(Sequence sequence) {
    boolean early = sequence.reach() - sequence.promptLength() < config.minNewTokens();
    return sequence.banned(bans, early);
  }

  /** How the next token of a sequence is drawn. */
  SamplingRow row(Sequence sequence) {
    boolean greedy = !config.doSample();
    return new SamplingRow(
        greedy ? 1 : (float) config.temperature(),
        greedy ? 1 : (float) config.topP(),
        greedy ? 1 : config.topK(),
        greedy ? 0 : (float) config.minP(),
        (float) config.repetitionPenalty(),
        (float) config.presencePenalty(),
        (float) config.frequencyPenalty(),
        sequence.seen(),
        needsAnswer() ? sequence.answer() : NO_IDS,
        biasIds,
        biases,
        banned(sequence),
        seed,
        sequence.reach(),
        logprobs,
        sequence.permitted(),
        SamplingRow.NONE);
  }
}

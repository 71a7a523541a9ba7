package org.lmdeploy.api.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;

/**
 * How an answer is generated, with LMDeploy's names and meanings. Immutable; {@link #builder()}
 * starts from the defaults (greedy, up to 512 tokens), {@link #toBuilder()} from this one.
 *
 * @param maxNewTokens most tokens of the answer
 * @param minNewTokens least tokens of the answer: until then end and stop tokens cannot be drawn
 * @param doSample whether tokens are drawn at random; if not, the likeliest is taken
 * @param temperature 0 to 2
 * @param topP above 0, at most 1
 * @param topK 0 for all
 * @param minP 0 to 1
 * @param repetitionPenalty above 0; 1 for none
 * @param presencePenalty -2 to 2
 * @param frequencyPenalty -2 to 2
 * @param logitBias added to the logits of ids, -100 to 100
 * @param seed seed of the draws; empty for a random one
 * @param stopWords texts that end the answer; not part of it unless asked for
 * @param stopTokenIds ids that end the answer
 * @param badWords texts that are not generated
 * @param badTokenIds ids that are not generated
 * @param ignoreEos whether the tokenizer's and the model's end tokens do not end the answer
 * @param skipSpecialTokens whether special tokens are left out of the text
 * @param includeStopStrInOutput whether the stop word that ended the answer is part of it
 * @param logprobs how many likeliest tokens are reported with each token, 0 for the drawn one
 *     alone, -1 for none
 * @param repetitionNgramSize how many tokens make a sequence whose repetition ends the answer; 0 if
 *     none does
 * @param repetitionNgramThreshold how often the answer's last tokens must stand in it to end it,
 *     themselves counted; 0 if repetition does not end it
 * @param promptLogprobs the same for the tokens of the prompt; none of them is then taken from the
 *     prefix cache
 * @param preserveCache whether keys and values of its beginning are taken from earlier requests,
 *     and its own are kept for later ones, even where prefix caching is off
 * @param responseFormat what the answer must be; empty for any text
 */
public record GenerationConfig(
    int maxNewTokens,
    int minNewTokens,
    boolean doSample,
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalLong seed,
    List<String> stopWords,
    List<Integer> stopTokenIds,
    List<String> badWords,
    List<Integer> badTokenIds,
    boolean ignoreEos,
    boolean skipSpecialTokens,
    boolean includeStopStrInOutput,
    int logprobs,
    int repetitionNgramSize,
    int repetitionNgramThreshold,
    int promptLogprobs,
    boolean preserveCache,
    Optional<OutputFormat> responseFormat) {
  /** The most log probabilities that are reported with a token. */
  public static final int MAX_LOGPROBS = 1024;

  /**
   * @throws InvalidRequestException naming the first parameter that is out of range
   */
  public GenerationConfig {
    logitBias = Map.copyOf(logitBias);
    stopWords = List.copyOf(stopWords);
    stopTokenIds = List.copyOf(stopTokenIds);
    badWords = List.copyOf(badWords);
    badTokenIds = List.copyOf(badTokenIds);
    require(maxNewTokens >= 1, "max_new_tokens", maxNewTokens, "at least 1");
    require(minNewTokens >= 0, "min_new_tokens", minNewTokens, "at least 0");
    require(temperature >= 0 && temperature <= 2, "temperature", temperature, "from 0 to 2");
    require(topP > 0 && topP <= 1, "top_p", topP, "above 0 and at most 1");
    require(topK >= 0, "top_k", topK, "at least 0");
    require(minP >= 0 && minP <= 1, "min_p", minP, "from 0 to 1");
    require(
        repetitionPenalty > 0 && repetitionPenalty <= 1000,
        "repetition_penalty",
        repetitionPenalty,
        "above 0 and at most 1000");
    require(
        presencePenalty >= -2 && presencePenalty <= 2,
        "presence_penalty",
        presencePenalty,
        "from -2 to 2");
    require(
        frequencyPenalty >= -2 && frequencyPenalty <= 2,
        "frequency_penalty",
        frequencyPenalty,
        "from -2 to 2");
    require(
        logprobs >= -1 && logprobs <= MAX_LOGPROBS,
        "logprobs",
        logprobs,
        "at most " + MAX_LOGPROBS);
    require(repetitionNgramSize >= 0, "repetition_ngram_size", repetitionNgramSize, "at least 0");
    require(
        repetitionNgramThreshold >= 0,
        "repetition_ngram_threshold",
        repetitionNgramThreshold,
        "at least 0");
    require(
        promptLogprobs >= -1 && promptLogprobs <= MAX_LOGPROBS,
        "prompt_logprobs",
        promptLogprobs,
        "at most " + MAX_LOGPROBS);
    for (Map.Entry<Integer, Float> bias : logitBias.entrySet()) {
      require(
          bias.getKey() >= 0 && bias.getValue() >= -100 && bias.getValue() <= 100,
          "logit_bias",
          bias,
          "token ids with numbers from -100 to 100");
    }
    require(stopWords.stream().noneMatch(String::isEmpty), "stop", "''", "not empty");
    require(badWords.stream().noneMatch(String::isEmpty), "bad_words", "''", "not empty");
  }

  private static void require(boolean holds, String name, Object value, String needed) {
    if (!holds) {
      throw new InvalidRequestException(name, name + " is " + value + "; it must be " + needed);
    }
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder with the values of this one. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Builds a {@link GenerationConfig}; checked when built. */
  public static final class Builder {
    private int maxNewTokens = 512;
    private int minNewTokens;
    private boolean doSample;
    private double temperature = 0.8;
    private double topP = 1;
    private int topK = 50;
    private double minP;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Float> logitBias = Map.of();
    private OptionalLong seed = OptionalLong.empty();
    private List<String> stopWords = List.of();
    private List<Integer> stopTokenIds = List.of();
    private List<String> badWords = List.of();
    private List<Integer> badTokenIds = List.of();
    private boolean ignoreEos;
    private boolean skipSpecialTokens = true;
    private boolean includeStopStrInOutput;
    private int logprobs = -1;
    private int repetitionNgramSize;
    private int repetitionNgramThreshold;
    private int promptLogprobs = -1;
    private boolean preserveCache;
    private Optional<OutputFormat> responseFormat = Optional.empty();

    private Builder() {}

    private Builder(GenerationConfig from) {
      maxNewTokens = from.maxNewTokens;
      minNewTokens = from.minNewTokens;
      doSample = from.doSample;
      temperature = from.temperature;
      topP = from.topP;
      topK = from.topK;
      minP = from.minP;
      repetitionPenalty = from.repetitionPenalty;
      presencePenalty = from.presencePenalty;
      frequencyPenalty = from.frequencyPenalty;
      logitBias = from.logitBias;
      seed = from.seed;
      stopWords = from.stopWords;
      stopTokenIds = from.stopTokenIds;
      badWords = from.badWords;
      badTokenIds = from.badTokenIds;
      ignoreEos = from.ignoreEos;
      skipSpecialTokens = from.skipSpecialTokens;
      includeStopStrInOutput = from.includeStopStrInOutput;
      logprobs = from.logprobs;
      repetitionNgramSize = from.repetitionNgramSize;
      repetitionNgramThreshold = from.repetitionNgramThreshold;
      promptLogprobs = from.promptLogprobs;
      preserveCache = from.preserveCache;
      responseFormat = from.responseFormat;
    }

    /** Sets {@link GenerationConfig#maxNewTokens}. */
    public Builder maxNewTokens(int value) {
      maxNewTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#minNewTokens}. */
    public Builder minNewTokens(int value) {
      minNewTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#doSample}. */
    public Builder doSample(boolean value) {
      doSample = value;
      return this;
    }

    /** Sets {@link GenerationConfig#temperature}. */
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** Sets {@link GenerationConfig#topP}. */
    public Builder topP(double value) {
      topP = value;
      return this;
    }

    /** Sets {@link GenerationConfig#topK}. */
    public Builder topK(int value) {
      topK = value;
      return this;
    }

    /** Sets {@link GenerationConfig#minP}. */
    public Builder minP(double value) {
      minP = value;
      return this;
    }

    /** Sets {@link GenerationConfig#repetitionPenalty}. */
    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#presencePenalty}. */
    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#frequencyPenalty}. */
    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#logitBias}. */
    public Builder logitBias(Map<Integer, Float> value) {
      logitBias = value;
      return this;
    }

    /** Sets {@link GenerationConfig#seed}. */
    public Builder seed(long value) {
      seed = OptionalLong.of(value);
      return this;
    }

    /** Sets {@link GenerationConfig#stopWords}. */
    public Builder stopWords(List<String> value) {
      stopWords = value;
      return this;
    }

    /** Sets {@link GenerationConfig#stopTokenIds}. */
    public Builder stopTokenIds(List<Integer> value) {
      stopTokenIds = value;
      return this;
    }

    /** Sets {@link GenerationConfig#badWords}. */
    public Builder badWords(List<String> value) {
      badWords = value;
      return this;
    }

    /** Sets {@link GenerationConfig#badTokenIds}. */
    public Builder badTokenIds(List<Integer> value) {
      badTokenIds = value;
      return this;
    }

    /** Sets {@link GenerationConfig#ignoreEos}. */
    public Builder ignoreEos(boolean value) {
      ignoreEos = value;
      return this;
    }

    /** Sets {@link GenerationConfig#skipSpecialTokens}. */
    public Builder skipSpecialTokens(boolean value) {
      skipSpecialTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#includeStopStrInOutput}. */
    public Builder includeStopStrInOutput(boolean value) {
      includeStopStrInOutput = value;
      return this;
    }

    /** Sets {@link GenerationConfig#logprobs}. */
    public Builder logprobs(int value) {
      logprobs = value;
      return this;
    }

    /** Sets {@link GenerationConfig#repetitionNgramSize}. */
    public Builder repetitionNgramSize(int value) {
      repetitionNgramSize = value;
      return this;
    }

    /** Sets {@link GenerationConfig#repetitionNgramThreshold}. */
    public Builder repetitionNgramThreshold(int value) {
      repetitionNgramThreshold = value;
      return this;
    }

    /** Sets {@link GenerationConfig#promptLogprobs}. */
    public Builder promptLogprobs(int value) {
      promptLogprobs = value;
      return this;
    }

    /** Sets {@link GenerationConfig#preserveCache}. */
    public Builder preserveCache(boolean value) {
      preserveCache = value;
      return this;
    }

    /** Sets {@link GenerationConfig#responseFormat}. */
    public Builder responseFormat(OutputFormat value) {
      responseFormat = Optional.of(value);
      return this;
    }

    /**
     * @throws InvalidRequestException naming the first parameter that is out of range
     */
    public GenerationConfig build() {
      return new GenerationConfig(
          maxNewTokens,
          minNewTokens,
          doSample,
          temperature,
          topP,
          topK,
          minP,
          repetitionPenalty,
          presencePenalty,
          frequencyPenalty,
          logitBias,
          seed,
          stopWords,
          stopTokenIds,
          badWords,
          badTokenIds,
          ignoreEos,
          skipSpecialTokens,
          includeStopStrInOutput,
          logprobs,
          repetitionNgramSize,
          repetitionNgramThreshold,
          promptLogprobs,
          preserveCache,
          responseFormat);
    }
  }
}

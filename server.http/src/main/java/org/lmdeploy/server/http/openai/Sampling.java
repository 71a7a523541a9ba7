package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/**
 * The fields that say how an answer is generated. Ranges are {@link GenerationConfig}'s to check.
 */
public final class Sampling {
  private static final List<String> DRAWING = List.of("temperature", "top_p", "top_k", "min_p");

  private Sampling() {}

  /**
   * Reads the fields over the model's defaults.
   *
   * @param maxTokens most tokens where the request says nothing
   */
  public static GenerationConfig.Builder read(Fields body, ServedModel model, int maxTokens) {
    GenerationConfig defaults = model.samplingDefaults();
    // A checkpoint that says do_sample: false is greedy until a request asks for drawing.
    boolean draws = DRAWING.stream().anyMatch(name -> body.value(name).isPresent());
    GenerationConfig.Builder config = defaults.toBuilder().doSample(draws || defaults.doSample());
    config.maxNewTokens(maxTokens(body, maxTokens));
    body.integer("min_new_tokens", 0, Integer.MAX_VALUE).ifPresent(config::minNewTokens);
    temperature(body, config, defaults);
    topP(body, config);
    body.integer("top_k", 0, Integer.MAX_VALUE).ifPresent(config::topK);
    number(body, "min_p", config::minP);
    number(body, "repetition_penalty", config::repetitionPenalty);
    number(body, "presence_penalty", config::presencePenalty);
    number(body, "frequency_penalty", config::frequencyPenalty);
    body.integer64("seed").ifPresent(config::seed);
    body.value("logit_bias").ifPresent(node -> config.logitBias(logitBias(body, node, model)));
    words(body, config, defaults);
    body.integer("repetition_ngram_size", 0, Integer.MAX_VALUE)
        .ifPresent(config::repetitionNgramSize);
    body.integer("repetition_ngram_threshold", 0, Integer.MAX_VALUE)
        .ifPresent(config::repetitionNgramThreshold);
    // it makes a difference for slow tokenizers only, and all here are fast ones
    body.flag("spaces_between_special_tokens", true);
    config.ignoreEos(body.flag("ignore_eos", defaults.ignoreEos()));
    config.skipSpecialTokens(body.flag("skip_special_tokens", defaults.skipSpecialTokens()));
    config.includeStopStrInOutput(
        body.flag("include_stop_str_in_output", defaults.includeStopStrInOutput()));
    return config;
  }

  /** Builds, with the checks that span several fields. */
  public static GenerationConfig build(GenerationConfig.Builder builder) {
    GenerationConfig config = builder.build();
    if (config.minNewTokens() > config.maxNewTokens()) {
      throw new InvalidRequestException(
          "min_new_tokens",
          "min_new_tokens is "
              + config.minNewTokens()
              + "; it must be at most max_tokens, which is "
              + config.maxNewTokens());
    }
    return config;
  }

  /** The configuration of one of several answers: a seed gives each its own, but the same again. */
  static GenerationConfig ofChoice(GenerationConfig config, int index) {
    return index == 0 || config.seed().isEmpty()
        ? config
        : config.toBuilder().seed(config.seed().getAsLong() + index).build();
  }

  /** As in LMDeploy {@code max_completion_tokens} counts where both are given. */
  private static int maxTokens(Fields body, int ifAbsent) {
    int old = body.integer("max_tokens", 1, Integer.MAX_VALUE).orElse(ifAbsent);
    return body.integer("max_completion_tokens", 1, Integer.MAX_VALUE).orElse(old);
  }

  private static void temperature(
      Fields body, GenerationConfig.Builder config, GenerationConfig defaults) {
    double temperature = body.number("temperature").orElse(defaults.temperature());
    config.temperature(temperature);
    if (temperature == 0) {
      config.doSample(false); // the limit of drawing from an ever sharper distribution
    }
  }

  private static void topP(Fields body, GenerationConfig.Builder config) {
    body.number("top_p")
        .ifPresent(
            topP -> {
              if (topP == 0) {
                config.doSample(false); // the smallest nucleus is the likeliest token
              } else {
                config.topP(topP);
              }
            });
  }

  private static void number(Fields body, String field, DoubleConsumer target) {
    body.number(field).ifPresent(target);
  }

  private static Map<Integer, Float> logitBias(Fields body, JsonNode node, ServedModel model) {
    String name = body.name("logit_bias");
    if (!node.isObject()) {
      throw Problems.wrong(name, node, "an object of token ids with numbers from -100 to 100");
    }
    if (node.size() > Limits.WORDS) {
      throw Problems.tooMany(name, node.size(), Limits.WORDS);
    }
    int vocabulary = model.tokenizer().vocabSize();
    Map<Integer, Float> bias = new LinkedHashMap<>();
    node.forEachEntry(
        (key, value) ->
            bias.put(tokenId(name, key, vocabulary), (float) Values.number(name, value)));
    return bias;
  }

  private static int tokenId(String name, String key, int vocabulary) {
    int id = key.matches("[0-9]{1,9}") ? Integer.parseInt(key) : -1;
    if (id < 0 || id >= vocabulary) {
      throw new InvalidRequestException(
          name,
          name
              + " names the token \""
              + Problems.shown(key)
              + "\"; it must be an id from 0 to "
              + (vocabulary - 1));
    }
    return id;
  }

  private static void words(
      Fields body, GenerationConfig.Builder config, GenerationConfig defaults) {
    texts(body, "stop", Limits.STOP_TEXTS)
        .ifPresent(stop -> config.stopWords(joined(defaults.stopWords(), stop)));
    ids(body, "stop_token_ids")
        .ifPresent(ids -> config.stopTokenIds(joined(defaults.stopTokenIds(), ids)));
    texts(body, "bad_words", Limits.WORDS)
        .ifPresent(words -> config.badWords(joined(defaults.badWords(), words)));
    ids(body, "bad_token_ids")
        .ifPresent(ids -> config.badTokenIds(joined(defaults.badTokenIds(), ids)));
  }

  private static Optional<List<String>> texts(Fields body, String field, int most) {
    return body.value(field).map(node -> Values.textOrTexts(body.name(field), node, most));
  }

  private static Optional<List<Integer>> ids(Fields body, String field) {
    return body.value(field)
        .map(node -> Values.integers(body.name(field), node, 0, Integer.MAX_VALUE, Limits.WORDS));
  }

  /** What ends an answer by the model's own files goes on to do so. */
  private static <T> List<T> joined(List<T> defaults, List<T> given) {
    List<T> all = new ArrayList<>(defaults);
    all.addAll(given);
    return all;
  }
}

package org.lmdeploy.shell.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.lmdeploy.api.engine.GenerationConfig;
import picocli.CommandLine.Option;

/** How answers are drawn: greedily, unless a flag says otherwise. */
final class SamplingFlags {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer (default: 512).")
  private Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Draw tokens at random at this temperature (default: take the likeliest).")
  private Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest that sum to P.")
  private Double topP;

  @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K likeliest.")
  private Integer topK;

  @Option(names = "--seed", paramLabel = "N", description = "Repeat the draws of another run.")
  private Long seed;

  /** The same for the engine. */
  GenerationConfig toConfig() {
    GenerationConfig.Builder config = GenerationConfig.builder();
    if (maxNewTokens != null) {
      config.maxNewTokens(maxNewTokens);
    }
    if (temperature != null) {
      config.temperature(temperature);
    }
    if (topP != null) {
      config.topP(topP);
    }
    if (topK != null) {
      config.topK(topK);
    }
    if (seed != null) {
      config.seed(seed);
    }
    boolean drawn = temperature != null || topP != null || topK != null || seed != null;
    return config.doSample(drawn && (temperature == null || temperature > 0)).build();
  }

  /** The flags that were given, under the names of OpenAI's request and LMDeploy's. */
  Map<String, Object> toRequest() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("max_tokens", maxNewTokens);
    fields.put("temperature", temperature);
    fields.put("top_p", topP);
    fields.put("top_k", topK);
    fields.put("seed", seed);
    fields.values().removeIf(Objects::isNull);
    return fields;
  }
}

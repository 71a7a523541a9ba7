package org.lmdeploy.shell.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import picocli.CommandLine.Option;

/** How a benchmark's answers are drawn: greedily, unless a flag says otherwise. */
final class DrawFlags {
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

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest; 1 takes the likeliest.")
  private Integer topK;

  /** Whether tokens are drawn at random. */
  boolean draws() {
    boolean greedy = temperature != null && temperature == 0 || topK != null && topK == 1;
    boolean given = temperature != null || topP != null || topK != null;
    if (greedy && topP != null) {
      throw new InvalidRequestException(
          "top-p", "--top-p has no effect where --temperature 0 or --top-k 1 takes the likeliest");
    }
    return given && !greedy;
  }

  /** The same for the engine. */
  GenerationConfig toConfig() {
    GenerationConfig.Builder config = GenerationConfig.builder().doSample(draws());
    if (temperature != null) {
      config.temperature(temperature);
    }
    if (topP != null) {
      config.topP(topP);
    }
    if (topK != null) {
      config.topK(topK);
    }
    return config.build();
  }

  /** The same as fields of a request. */
  Map<String, Object> toFields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (!draws()) {
      fields.put("temperature", 0);
      return fields;
    }
    fields.put("temperature", temperature == null ? 1.0 : temperature);
    if (topP != null) {
      fields.put("top_p", topP);
    }
    if (topK != null) {
      fields.put("top_k", topK);
    }
    return fields;
  }
}

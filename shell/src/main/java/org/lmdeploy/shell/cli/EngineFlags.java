package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which model is loaded, and how: the same flags for every command that loads one. */
final class EngineFlags {
  private static final String UNQUANTIZED = "hf";

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model's folder, its id at Hugging Face or ModelScope (ORGANISATION/NAME), or the name"
              + " of an embedded model (default: the demo model).")
  private String model;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "The name to serve it under (default: its id or its folder's name).")
  private String modelName;

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "The branch, tag or commit of an id (default: the hub's default branch).")
  private String revision;

  @Option(
      names = "--download-dir",
      paramLabel = "FOLDER",
      description = "The cache folder for downloads (default: the hub's own).")
  private Path downloadDir;

  @Option(
      names = "--chat-template",
      paramLabel = "NAME|FILE|JSON",
      description = "A template's name (see 'lmdeploy list'), or a JSON object or file of one.")
  private String chatTemplate;

  @Option(
      names = "--tool-call-parser",
      paramLabel = "NAME",
      description =
          "How the model writes tool calls: qwen, llama3, internlm or a plugin's (default: as its"
              + " chat template shows tools).")
  private String toolCallParser;

  @Option(
      names = "--reasoning-parser",
      paramLabel = "NAME",
      description =
          "How the model marks its reasoning: default or a plugin's (default: as its chat template"
              + " shows it).")
  private String reasoningParser;

  @Option(
      names = "--backend",
      paramLabel = "ENGINE",
      description = "The engine, for example turbomind (default: the best one that can run it).")
  private String backend;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "The device, for example host or cuda:0 (default: the best one).")
  private String device;

  @Option(
      names = "--model-format",
      paramLabel = "FORMAT",
      description = "How the weights are stored: hf or a quantizer's name (default: found out).")
  private String modelFormat;

  @Option(
      names = "--session-len",
      paramLabel = "TOKENS",
      description = "Most tokens of a sequence, prompt and answer (default: the model's limit).")
  private Integer sessionLen;

  @Option(
      names = "--max-batch-size",
      paramLabel = "N",
      description = "Most sequences that run at once (default: 128; of benchmarks: their own).")
  private Integer maxBatchSize;

  @Option(
      names = "--cache-max-entry-count",
      paramLabel = "SHARE",
      description =
          "Share of free memory for the KV cache, or from 1 on its blocks (default:"
              + " ${DEFAULT-VALUE}).")
  private double cacheMaxEntryCount = EngineOptions.DEFAULT.cacheMaxEntryCount();

  @Option(
      names = "--cache-block-seq-len",
      paramLabel = "TOKENS",
      description = "Tokens of a KV block (default: ${DEFAULT-VALUE}).")
  private int cacheBlockSeqLen = EngineOptions.DEFAULT.cacheBlockSeqLen();

  @Option(
      names = "--enable-prefix-caching",
      description = "Share the KV blocks of equal beginnings.")
  private boolean enablePrefixCaching;

  @Option(
      names = "--max-prefill-token-num",
      paramLabel = "TOKENS",
      description = "Most new tokens of one step (default: ${DEFAULT-VALUE}).")
  private int maxPrefillTokenNum = EngineOptions.DEFAULT.maxPrefillTokenNum();

  @Option(
      names = "--num-tokens-per-iter",
      paramLabel = "TOKENS",
      description =
          "Tokens that a step aims at when prompts are cut; 0: as many as may be (default: 0).")
  private int numTokensPerIter = EngineOptions.DEFAULT.numTokensPerIter();

  @Option(
      names = "--max-prefill-iters",
      paramLabel = "N",
      description = "In at most how many steps a prompt is prefilled (default: ${DEFAULT-VALUE}).")
  private int maxPrefillIters = EngineOptions.DEFAULT.maxPrefillIters();

  @Option(
      names = "--vision-max-batch-size",
      paramLabel = "N",
      description = "Most images encoded at once (default: ${DEFAULT-VALUE}).")
  private int visionMaxBatchSize = EngineOptions.DEFAULT.visionMaxBatchSize();

  /** What was given as the model. */
  Optional<String> model() {
    return Optional.ofNullable(model);
  }

  /** The same for the platform; without a model's name it is the first embedded one. */
  LoadOptions toLoadOptions(ModelManager manager) {
    return toLoadOptions(manager, EngineOptions.DEFAULT.maxBatchSize(), OptionalInt.empty());
  }

  /** The same with other defaults for the batch and the session. */
  LoadOptions toLoadOptions(ModelManager manager, int defaultBatch, OptionalInt defaultSession) {
    EngineOptions options =
        new EngineOptions(
            sessionLen == null ? defaultSession : OptionalInt.of(sessionLen),
            maxBatchSize == null ? defaultBatch : maxBatchSize,
            cacheMaxEntryCount,
            cacheBlockSeqLen,
            enablePrefixCaching,
            maxPrefillTokenNum,
            numTokensPerIter,
            maxPrefillIters,
            visionMaxBatchSize);
    return new LoadOptions(
            model == null ? demoModel(manager) : model,
            Optional.ofNullable(modelName),
            Optional.ofNullable(chatTemplate),
            Optional.ofNullable(backend),
            Optional.ofNullable(device),
            Optional.ofNullable(modelFormat).filter(format -> !format.equals(UNQUANTIZED)),
            options)
        .withSource(Optional.ofNullable(revision), Optional.ofNullable(downloadDir))
        .withParsers(Optional.ofNullable(toolCallParser), Optional.ofNullable(reasoningParser));
  }

  private static String demoModel(ModelManager manager) {
    return manager.embeddedModels().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new ModelNotFoundException(
                    "This distribution carries no model; name the folder of one."));
  }
}

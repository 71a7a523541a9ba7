package org.lmdeploy.benchmark.host;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;

/**
 * A loaded model, asked with random ids through the interface that all faces of the platform use.
 */
final class EngineProbe implements AutoCloseable {
  /** Sequences of the batched reading. */
  static final int BATCH = 16;

  private static final int SESSION = 1024;
  private static final long SEED = 1;

  private final StandaloneModelManager manager;
  private final ServedModel model;
  private final int vocabulary;
  private final Random random = new Random(SEED);

  EngineProbe(String folder) {
    manager = StandaloneModelManager.open(EngineProbe.class.getClassLoader());
    try {
      model = manager.models().load(LoadOptions.of(folder, options()), line -> {});
      vocabulary = model.tokenizer().vocabSize();
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Without prefix caching: a prompt must not be known from the reading before. */
  private static EngineOptions options() {
    EngineOptions defaults = EngineOptions.DEFAULT;
    return new EngineOptions(
        OptionalInt.of(SESSION),
        BATCH,
        defaults.cacheMaxEntryCount(),
        defaults.cacheBlockSeqLen(),
        false,
        defaults.maxPrefillTokenNum(),
        defaults.numTokensPerIter(),
        defaults.maxPrefillIters(),
        defaults.visionMaxBatchSize());
  }

  /** What was chosen for the model, and its memory plan. */
  List<String> why() {
    return model.why();
  }

  /** Bytes of the KV cache that were taken so far. */
  long kvBytes() {
    return model.stats().kvCommittedBytes();
  }

  /** From a prompt to its first token. */
  Timing prefill(int tokens) throws InterruptedException {
    int[] prompt = prompt(tokens);
    long start = System.nanoTime();
    try (GenerationStream stream = model.complete(prompt, config(1))) {
      return StepClock.first(stream, start);
    }
  }

  /** Steps of one sequence whose context is around {@code context} tokens. */
  Timing decode(int context, int steps) throws InterruptedException {
    int[] prompt = prompt(Math.max(1, context - steps / 2));
    try (GenerationStream stream = model.complete(prompt, config(steps + 1))) {
      return StepClock.others(stream);
    }
  }

  /** Steps of {@link #BATCH} sequences whose contexts are around {@code context} tokens. */
  Timing decodeBatch(int context, int steps) throws InterruptedException {
    int promptTokens = Math.max(1, context - steps / 2);
    List<GenerationStream> others = new ArrayList<>();
    try {
      // They begin earlier than the one that is timed and would go on longer.
      for (int i = 1; i < BATCH; i++) {
        others.add(model.complete(prompt(promptTokens), config(SESSION - promptTokens)));
      }
      try (GenerationStream timed = model.complete(prompt(promptTokens), config(steps + 1))) {
        return StepClock.others(timed);
      }
    } finally {
      others.forEach(GenerationStream::close);
      awaitIdle();
    }
  }

  /** A cancelled sequence leaves with the end of the step, which must not run into what follows. */
  private void awaitIdle() throws InterruptedException {
    while (model.stats().running() + model.stats().waiting() > 0) {
      Thread.sleep(1);
    }
  }

  private int[] prompt(int tokens) {
    return random.ints(tokens, 0, vocabulary).toArray();
  }

  private static GenerationConfig config(int tokens) {
    return GenerationConfig.builder().maxNewTokens(tokens).ignoreEos(true).build();
  }

  @Override
  public void close() {
    manager.close();
  }
}

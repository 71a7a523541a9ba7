package org.lmdeploy.model.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.TurboMindEngine;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/**
 * The engine gives transformers' greedy ids to sequences with and without images in one batch,
 * prompts cut into chunks, with and without shared prefixes, and with so few blocks that sequences
 * are sent back and computed again.
 */
final class EngineTest {
  private static final int BLOCK_TOKENS = 16;
  private static final int ROOMY = 80;
  private static final int SCARCE = 17;

  @TestFactory
  Stream<DynamicTest> batches() {
    return ReferenceModel.NAMES.stream()
        .flatMap(
            name ->
                Stream.of(
                    test(name, "no shared prefixes", options(false, ROOMY, 19)),
                    test(name, "shared prefixes", options(true, ROOMY, 64)),
                    test(name, "few blocks", options(true, SCARCE, 19))));
  }

  private static EngineOptions options(boolean sharing, int blocks, int step) {
    return new EngineOptions(OptionalInt.of(130), 8, blocks, BLOCK_TOKENS, sharing, step, 0, 1, 1);
  }

  private static DynamicTest test(String name, String what, EngineOptions options) {
    return DynamicTest.dynamicTest(name + ", " + what, () -> run(name, options));
  }

  private static void run(String name, EngineOptions options) throws InterruptedException {
    ReferenceModel reference = ReferenceModel.load(name);
    EngineRequest request =
        new EngineRequest(
            name,
            reference.blueprint(),
            () -> reference.weights(DType.F32),
            0,
            new HostDeviceProvider().open("host"),
            new NumberTokenizer(),
            Set.of(),
            options);
    TurboMindEngine engine = new TurboMindEngine();
    try (EngineModel model = engine.open(request, engine.plan(request))) {
      for (int round = 0; round < 2; round++) {
        List<GenerationStream> streams = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          streams.add(model.submit(request(reference, answer(reference, i))));
        }
        int cached = 0;
        for (int i = 0; i < streams.size(); i++) {
          assertEquals(
              Arrays.stream(answer(reference, i).greedy()).boxed().toList(),
              ids(streams.get(i)),
              "sequence " + i + " of round " + round);
          cached += streams.get(i).cachedTokens();
        }
        boolean hits = round > 0 && options.enablePrefixCaching();
        assertTrue(!hits || cached > 0, "the second round finds beginnings of the first");
      }
      boolean scarce = options.cacheMaxEntryCount() == SCARCE;
      assertTrue(!scarce || model.stats().preemptions() > 0, "somebody was sent back");
    }
  }

  private static ReferenceModel.Answer answer(ReferenceModel reference, int i) {
    return i % 2 == 0 ? reference.images() : reference.text();
  }

  private static GenerationRequest request(ReferenceModel reference, ReferenceModel.Answer answer) {
    List<Integer> special =
        IntStream.range(ReferenceModel.SPECIAL, ReferenceModel.VOCABULARY).boxed().toList();
    return new GenerationRequest(
        answer.prompt(),
        reference.spans(answer.prompt()),
        GenerationConfig.builder()
            .maxNewTokens(answer.greedy().length)
            .ignoreEos(true)
            .badTokenIds(special)
            .build());
  }

  private static List<Integer> ids(GenerationStream stream) throws InterruptedException {
    List<Integer> ids = new ArrayList<>();
    for (Optional<GenerationChunk> chunk = stream.next();
        chunk.isPresent();
        chunk = stream.next()) {
      ids.addAll(chunk.get().tokenIds());
    }
    return ids;
  }
}

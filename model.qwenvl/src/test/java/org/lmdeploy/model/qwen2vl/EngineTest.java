package org.lmdeploy.model.qwen2vl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
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
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.reference.ReferenceDevice;
import org.lmdeploy.turbomind.TurboMindEngine;
import org.lmdeploy.turbomind.host.HostDeviceProvider;

/**
 * The engine gives transformers' greedy ids to sequences with and without images in one batch,
 * prompts cut into chunks, with and without shared prefixes, and with so few blocks that sequences
 * are sent back and computed again.
 */
final class EngineTest {
  /**
   * How the engine runs.
   *
   * @param blocks KV blocks of {@code blockTokens} tokens
   * @param step most new tokens of a step
   */
  private record Setup(
      String name,
      Supplier<Device> device,
      boolean sharing,
      int blocks,
      int blockTokens,
      int step) {
    EngineOptions options() {
      return new EngineOptions(OptionalInt.of(130), 8, blocks, blockTokens, sharing, step, 0, 1, 1);
    }
  }

  private static final List<Setup> SETUPS =
      List.of(
          new Setup("no shared prefixes", EngineTest::host, false, 80, 16, 19),
          new Setup("shared prefixes", EngineTest::host, true, 80, 16, 64),
          // two prompts with images take 36 blocks, their answers 12 more
          new Setup("few blocks", ReferenceDevice::new, false, 50, 4, 64));

  private static Device host() {
    return new HostDeviceProvider().open("host");
  }

  @TestFactory
  Stream<DynamicTest> batches() {
    return ReferenceModel.NAMES.stream()
        .flatMap(
            name ->
                SETUPS.stream()
                    .map(
                        setup ->
                            DynamicTest.dynamicTest(
                                name + ", " + setup.name, () -> run(name, setup))));
  }

  private static void run(String name, Setup setup) throws InterruptedException {
    ReferenceModel reference = ReferenceModel.load(name);
    EngineRequest request =
        new EngineRequest(
            name,
            reference.blueprint(),
            () -> reference.weights(DType.F32),
            0,
            setup.device.get(),
            new NumberTokenizer(),
            Set.of(),
            setup.options());
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
        boolean hits = round > 0 && setup.sharing;
        assertTrue(!hits || cached > 0, "the second round finds beginnings of the first");
      }
      assertEquals(
          setup.name.equals("few blocks"),
          model.stats().preemptions() > 0,
          "somebody was sent back");
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

package org.lmdeploy.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.core.fake.FakeBlueprint;
import org.lmdeploy.core.fake.FakeDevice;
import org.lmdeploy.core.fake.FakeModel;
import org.lmdeploy.core.fake.FakeTokenizer;

/** The fake model keeps 16 bytes a token and has 40 bytes of activations a token. */
class MemoryPlannerTest {
  private final ContinuousBatchEngine engine = new ContinuousBatchEngine();

  private static EngineRequest request(
      FakeDevice device, int maxPositions, long checkpoint, EngineOptions options) {
    FakeModel model = new FakeModel(40, Integer.MAX_VALUE);
    return new EngineRequest(
        "fake",
        new FakeBlueprint(model, 40, maxPositions, Integer.MAX_VALUE, 25),
        () -> null,
        checkpoint,
        device,
        FakeTokenizer.letters(40),
        Set.of(1),
        options);
  }

  private static EngineOptions options(double cache, OptionalInt session) {
    return new EngineOptions(session, 4, cache, 64, false, 100, 0, 1, 2);
  }

  private static String line(MemoryPlan plan, String begin) {
    return plan.lines().stream().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
  }

  @Test
  void onTheHostTheCacheIsNoLargerThanAllSessionsNeed() {
    FakeDevice host = new FakeDevice(true, 1_000_000_000);
    MemoryPlan plan =
        engine.plan(request(host, 1000, 5_000_000, options(0.5, OptionalInt.empty())));
    assertEquals(4 * 16, plan.kvBlocks());
    assertEquals(64 * 16, plan.kvBlockBytes());
    assertEquals(5_000_000, plan.weights());
    assertEquals(100 * 40, plan.activations());
    assertEquals(300, plan.vision());
    assertEquals("weights: 5.0 MB mapped from the checkpoint", line(plan, "weights"));
    assertEquals(
        "KV cache: up to 64 blocks of 64 tokens = 65.5 kB, taken block by block; enough for"
            + " max_batch_size 4 sessions, below cache_max_entry_count 0.5 of 995 MB that are free"
            + " beside the model",
        line(plan, "KV"));
    assertEquals("session_len: 1000, the most the model was made for", line(plan, "session_len"));
  }

  @Test
  void elsewhereItTakesItsShareOfWhatIsFreeBesideTheModel() {
    FakeDevice card = new FakeDevice(false, 10_000_000);
    MemoryPlan plan =
        engine.plan(request(card, 1000, 5_000_000, options(0.5, OptionalInt.of(300))));
    // Logits of 4 sequences over 40 ids in float32 come on top of the activations.
    assertEquals(4000 + 4 * 40 * 4, plan.activations());
    assertEquals((10_000_000 - 5_000_000 - 4640 - 300) / 2 / 1024, plan.kvBlocks());
    assertEquals("weights: 5.0 MB on fake", line(plan, "weights"));
    assertEquals("session_len: 300", line(plan, "session_len"));
  }

  @Test
  void fromOneOnItIsANumberOfBlocks() {
    FakeDevice host = new FakeDevice(true, 1_000_000);
    assertEquals(7, engine.plan(request(host, 400, 0, options(7, OptionalInt.empty()))).kvBlocks());
    DeviceFailureException tooMany =
        assertThrows(
            DeviceFailureException.class,
            () -> engine.plan(request(host, 400, 0, options(5000, OptionalInt.empty()))));
    assertTrue(tooMany.getMessage().startsWith("cache_max_entry_count asks for 5000 KV blocks"));
  }

  @Test
  void aSessionThatDoesNotFitIsShortened() {
    FakeDevice host = new FakeDevice(true, 1_000_000);
    EngineRequest request = request(host, 1000, 0, options(3, OptionalInt.empty()));
    MemoryPlan plan = engine.plan(request);
    assertEquals(
        "session_len: 192 instead of 1000, as the KV cache holds no more; raise"
            + " cache_max_entry_count for longer sessions",
        line(plan, "session_len"));
    try (EngineModel model = engine.open(request, plan)) {
      assertEquals(192, model.sessionLen());
    }
    assertTrue(host.allClosed());
  }

  @Test
  void tooLittleMemoryIsAnErrorThatSaysWhatToLower() {
    FakeDevice card = new FakeDevice(false, 5_000_000);
    DeviceFailureException error =
        assertThrows(
            DeviceFailureException.class,
            () -> engine.plan(request(card, 1000, 5_000_000, options(0.5, OptionalInt.empty()))));
    assertEquals(
        "model fake needs 5.0 MB (5.0 MB of weights, 4.6 kB of activations, 300 bytes for images)"
            + " and 1.0 kB for each KV block; fake has 5.0 MB free. The weights alone are too"
            + " large: take a quantized checkpoint, or free memory there",
        error.getMessage());
    FakeDevice nearly = new FakeDevice(false, 5_003_000);
    DeviceFailureException lower =
        assertThrows(
            DeviceFailureException.class,
            () -> engine.plan(request(nearly, 1000, 5_000_000, options(0.5, OptionalInt.empty()))));
    assertTrue(
        lower
            .getMessage()
            .endsWith("Lower max_prefill_token_num, vision_max_batch_size or max_batch_size"),
        lower.getMessage());
    FakeDevice full = new FakeDevice(false, 8_000);
    assertThrows(
        DeviceFailureException.class,
        () -> engine.plan(request(full, 1000, 0, options(0.1, OptionalInt.empty()))));
  }

  @Test
  void blocksThatTheDeviceDoesNotHaveAreRefusedBeforeAnythingIsLoaded() {
    FakeDevice host = new FakeDevice(true, 1_000_000);
    host.kvBlockMultiple(48);
    InvalidRequestException error =
        assertThrows(
            InvalidRequestException.class,
            () -> engine.plan(request(host, 400, 0, options(7, OptionalInt.empty()))));
    assertEquals("cache_block_seq_len is 64; fake needs a multiple of 48", error.getMessage());
  }

  @Test
  void activationsAreReservedBeforeTheCacheAndKeptImagesBesideThem() {
    FakeDevice card = new FakeDevice(false, 10_000_000, 1);
    EngineRequest request = request(card, 1000, 5_000_000, options(0.5, OptionalInt.of(300)));
    engine.open(request, engine.plan(request)).close();
    assertEquals(4640 + 200, card.reserved());
    assertTrue(card.allClosed());
  }

  @Test
  void whatWasOpenedIsClosedIfTheStepsCannotBeRun() {
    FakeDevice card = new FakeDevice(false, 10_000_000, 1);
    card.failToRun();
    EngineRequest request = request(card, 1000, 5_000_000, options(0.5, OptionalInt.of(300)));
    assertThrows(DeviceFailureException.class, () -> engine.open(request, engine.plan(request)));
    card.close();
  }

  @Test
  void anOpenModelAnswers() throws InterruptedException {
    FakeDevice host = new FakeDevice(true, 1_000_000);
    EngineRequest request = request(host, 100, 0, options(0.5, OptionalInt.empty()));
    try (EngineModel model = engine.open(request, engine.plan(request))) {
      GenerationConfig config = GenerationConfig.builder().maxNewTokens(3).ignoreEos(true).build();
      var stream = model.submit(new GenerationRequest(new int[] {3, 4}, List.of(), config));
      int tokens = 0;
      for (var chunk = stream.next(); chunk.isPresent(); chunk = stream.next()) {
        tokens += chunk.get().tokenIds().size();
      }
      assertEquals(3, tokens);
      assertEquals(1, model.stats().finished());
      assertEquals(3, model.stats().generatedTokens());
    }
  }

  @Test
  void bytesAreWrittenForPeople() {
    assertEquals("999 bytes", Bytes.text(999));
    assertEquals("1.0 kB", Bytes.text(1000));
    assertEquals("2.1 GB", Bytes.text(2_123_000_000L));
    assertEquals("124 MB", Bytes.text(123_900_000L));
    assertEquals("1.0 MB", Bytes.text(999_900));
  }
}

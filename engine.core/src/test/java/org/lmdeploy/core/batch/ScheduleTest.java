package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.fake.Reference;

/**
 * Random schedules: whatever else is in the batch, however prompts are cut, whatever is shared,
 * preempted or cancelled, and however far the engine runs ahead of the device, an answer is the one
 * that its request gets alone.
 */
class ScheduleTest {
  private static final int SCHEDULES = Integer.getInteger("lmdeploy.schedules", 3000);

  /** Held here, for loggers without a reference forget their level. */
  private static final Logger LOG = Logger.getLogger("org.lmdeploy.core");

  private final Map<String, Long> happened = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void answersDoNotDependOnTheSchedule(int ahead) throws InterruptedException {
    run(ahead, SCHEDULES, false);
    assertHappened(
        SCHEDULES / 10, "preemptions", "cached", "cancelled", "chunks", "images", "LENGTH", "STOP");
    if (ahead > 0) {
      assertHappened(SCHEDULES / 10, "overlaps", "unknown inputs", "thrown away");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aStepThatFailsHurtsNobodyElse(int ahead) throws InterruptedException {
    LOG.setLevel(Level.OFF); // it would say why of every failure
    try {
      run(ahead, SCHEDULES / 2, true);
    } finally {
      LOG.setLevel(null);
    }
    assertHappened(
        SCHEDULES / 40, "failed starts", "preemptions", "cached", "LENGTH", "STOP", "ERROR");
    if (ahead > 0) {
      assertHappened(SCHEDULES / 40, "failed waits", "overlaps", "unknown inputs", "thrown away");
    }
  }

  private void run(int ahead, int schedules, boolean failures) throws InterruptedException {
    for (long seed = 0; seed < schedules; seed++) {
      try {
        new Schedule(new Random(seed), ahead, failures).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("schedule " + seed, e);
      }
    }
  }

  /** The schedules are worth something only if all of this was among them. */
  private void assertHappened(int least, String... events) {
    for (String event : events) {
      assertTrue(happened.getOrDefault(event, 0L) > least, event + " " + happened);
    }
  }

  private void count(String event, long times) {
    happened.merge(event, times, Long::sum);
  }

  private final class Schedule {
    private final Random random;
    private final Rig rig;
    private final int sessionLen;
    private final List<GenerationRequest> requests = new ArrayList<>();
    private final List<TokenStream> streams = new ArrayList<>();
    private final List<Boolean> cancelled = new ArrayList<>();
    private final int[] shared;

    /** The steps that were made to fail, and how many sequences each had. */
    private final Map<Throwable, Integer> broken = new HashMap<>();

    private final int ahead;

    Schedule(Random random, int ahead, boolean failures) {
      this.random = random;
      this.ahead = ahead;
      int blockTokens = 1 + random.nextInt(6);
      sessionLen = 12 + random.nextInt(40);
      int least = Math.ceilDiv(sessionLen, blockTokens);
      int blocks = least + random.nextInt(2 * least);
      int step = random.nextBoolean() ? 1 + random.nextInt(8) : 1 + random.nextInt(64);
      EngineOptions options =
          new EngineOptions(
              OptionalInt.empty(),
              1 + random.nextInt(6),
              blocks,
              blockTokens,
              random.nextInt(4) > 0,
              step,
              random.nextBoolean() ? 0 : 1 + random.nextInt(step),
              1 + random.nextInt(4),
              1 + random.nextInt(3));
      int reuseLimit = random.nextInt(3) > 0 ? Integer.MAX_VALUE : 5 + random.nextInt(30);
      rig = new Rig(options, blocks, sessionLen, reuseLimit, random.nextInt(3) * 40L, ahead);
      shared = random.ints(sessionLen, 2, Rig.VOCAB).toArray();
      rig.fake.onForward(
          batch -> {
            count("chunks", batch.sequences().stream().filter(s -> s.newTokens() > 1).count());
            count("images", batch.embeddings().size());
            if (batch.tokens().length
                > Math.max(options.maxPrefillTokenNum(), options.maxBatchSize())) {
              throw new AssertionError("a step of " + batch.tokens().length + " tokens");
            }
          });
      if (random.nextBoolean()) {
        rig.device.runner().executor(random.nextBoolean() ? Runnable::run : this::maybe);
      }
      rig.device.runner().onStart(batch -> onStart(batch, failures));
      if (failures && ahead > 0) {
        rig.device.runner().onAwait(batch -> maybeFail("failed waits", batch));
      }
    }

    private void maybe(Runnable step) {
      if (random.nextBoolean()) {
        step.run();
      }
    }

    private void onStart(StepBatch batch, boolean failures) {
      count("overlaps", rig.device.runner().unfinished());
      count("unknown inputs", Arrays.stream(batch.tokens()).filter(id -> id < 0).count());
      if (failures) {
        maybeFail("failed starts", batch);
      }
    }

    private void maybeFail(String event, StepBatch batch) {
      if (random.nextInt(30) == 0) {
        count(event, 1);
        IllegalStateException failure = new IllegalStateException(event);
        broken.put(failure, batch.sequences().size());
        throw failure;
      }
    }

    void run() throws InterruptedException {
      int turns = 5 + random.nextInt(30);
      for (int turn = 0; turn < turns; turn++) {
        int newcomers = random.nextInt(4) == 0 ? random.nextInt(4) : 0;
        for (int i = 0; i < newcomers; i++) {
          requests.add(request());
          streams.add(rig.submit(requests.getLast()));
          cancelled.add(false);
        }
        if (random.nextInt(8) == 0 && !streams.isEmpty()) {
          cancel(random.nextInt(streams.size()));
        }
        if (!rig.idle()) {
          rig.turn();
        }
      }
      rig.finish();
      verify();
      rig.close();
    }

    private void cancel(int index) {
      TokenStream stream = streams.get(index);
      stream.cancel();
      cancelled.set(index, stream.withdrawal() == TokenStream.Withdrawal.CANCELLED);
      if (!rig.idle()) {
        rig.turn();
      }
      for (Sequence sequence : rig.model.engine().scheduler().all()) {
        Rig.require(sequence.stream() != stream, "a cancelled request is gone after one step");
      }
    }

    private GenerationRequest request() {
      int length = 1 + random.nextInt(sessionLen - 1);
      int[] prompt = random.ints(length, 2, Rig.VOCAB).toArray();
      System.arraycopy(shared, 0, prompt, 0, random.nextInt(length + 1));
      List<GenerationRequest.ImageSpan> images = new ArrayList<>();
      int at = random.nextInt(10);
      while (random.nextInt(3) > 0) {
        int seed = random.nextInt(4);
        int tokens = new int[] {1, 4, 7, 9}[seed];
        if (at + tokens <= length) {
          images.add(new GenerationRequest.ImageSpan(at, Rig.image(seed, tokens)));
          Arrays.fill(prompt, at, at + tokens, 99_999);
        }
        at += tokens + random.nextInt(4);
      }
      return new GenerationRequest(prompt, images, config());
    }

    private GenerationConfig config() {
      GenerationConfig.Builder config =
          GenerationConfig.builder()
              .maxNewTokens(1 + random.nextInt(30))
              .minNewTokens(random.nextInt(3) > 0 ? 0 : random.nextInt(10))
              .ignoreEos(random.nextInt(4) == 0)
              .logprobs(random.nextInt(4) - 1);
      if (random.nextBoolean()) {
        config.doSample(true).temperature(random.nextInt(3) * 0.5).seed(random.nextLong());
      }
      if (random.nextInt(3) == 0) {
        config.repetitionPenalty(1.3).presencePenalty(0.5).frequencyPenalty(0.25);
      }
      if (random.nextInt(3) == 0) {
        config
            .stopTokenIds(List.of(random.nextInt(Rig.VOCAB)))
            .badTokenIds(List.of(random.nextInt(Rig.VOCAB), random.nextInt(Rig.VOCAB)))
            .logitBias(Map.of(random.nextInt(Rig.VOCAB), 1f));
      }
      if (random.nextInt(4) == 0) {
        config.badWords(List.of("ab", "cad"));
      }
      if (random.nextInt(3) == 0) {
        config.stopWords(List.of("a", "bc")).includeStopStrInOutput(random.nextBoolean());
      }
      return config.build();
    }

    private void verify() throws InterruptedException {
      long promptTokens = 0;
      int stops = 0;
      for (int i = 0; i < streams.size(); i++) {
        Reference.Answer expected = rig.reference.answer(requests.get(i));
        Outcome outcome = read(streams.get(i), requests.get(i).config().logprobs() >= 0);
        Reference.Answer actual = outcome.answer;
        count(outcome.failure == null ? actual.reason().name() : "ERROR", 1);
        stops += actual.reason() == FinishReason.STOP ? 1 : 0;
        int got = actual.ids().size();
        if (outcome.failure != null) {
          assertEquals(expected.ids().subList(0, got), actual.ids());
          if (broken.merge(outcome.failure.getCause(), -1, Integer::sum) < 0) {
            throw new AssertionError("nothing broke this one's step", outcome.failure);
          }
        } else if (cancelled.get(i)) {
          count("cancelled", 1);
          assertTrue(actual.reason() == FinishReason.ABORT || actual.reason() == FinishReason.STOP);
          assertEquals(expected.ids().subList(0, got), actual.ids());
          assertTrue(
              actual.reason() == FinishReason.STOP
                  || actual
                      .text()
                      .equals(
                          rig.tokenizer.decode(
                              actual.ids().stream().mapToInt(Integer::intValue).toArray(), true)));
        } else {
          assertEquals(expected, actual, "request " + i);
          promptTokens += requests.get(i).promptIds().length;
        }
      }
      EngineStats stats = rig.model.stats();
      assertEquals(streams.size(), stats.finished() + stats.cancelled() + stats.failed());
      long useless = rig.device.runner().drawnTokens() - stats.generatedTokens();
      if (broken.isEmpty()) {
        assertEquals(0, stats.failed());
        assertTrue(useless <= (ahead + 1L) * streams.size(), "a row too many for each answer");
      }
      count("thrown away", Math.max(0, useless - stops));
      assertEquals(0, stats.kvBlocksUsed());
      assertEquals(0, rig.resources.images().pinnedBytes());
      assertTrue(stats.promptTokens() + stats.cachedTokens() >= promptTokens);
      assertTrue(
          streams.stream().flatMapToLong(s -> LongStream.of(s.cachedTokens())).sum()
              == stats.cachedTokens());
      count("preemptions", stats.preemptions());
      count("cached", stats.cachedTokens());
    }
  }

  /** What a reader got, and the error at the end if there was one. */
  private record Outcome(Reference.Answer answer, LmDeployException failure) {}

  private static Outcome read(TokenStream stream, boolean logprobs) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    List<Integer> ids = new ArrayList<>();
    FinishReason reason = null;
    LmDeployException failure = null;
    try {
      for (Optional<GenerationChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
        GenerationChunk chunk = next.get();
        text.append(chunk.text());
        ids.addAll(chunk.tokenIds());
        assertEquals(logprobs ? chunk.tokenIds().size() : 0, chunk.logprobs().size());
        reason = chunk.finishReason().orElse(null);
      }
    } catch (LmDeployException e) {
      failure = e;
    }
    assertEquals(ids.size(), stream.generatedTokens());
    return new Outcome(new Reference.Answer(ids, text.toString(), reason), failure);
  }
}

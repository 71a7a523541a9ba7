package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.core.fake.FakeConstraint;
import org.lmdeploy.core.fake.Reference;

/** Many threads at once: no answer is wrong, no stream is lost, nothing stays behind. */
class StressTest {
  private final ExecutorService beside = Executors.newSingleThreadExecutor();
  private Rig rig;

  private void open(int ahead) {
    rig = new Rig(Rig.options(3, 8, 16), 40, 60, Integer.MAX_VALUE, 100, ahead);
    rig.device.runner().executor(beside);
    rig.model.start();
  }

  @AfterEach
  void stop() {
    beside.close();
  }

  private static GenerationRequest request(Random random) {
    int[] prompt = random.ints(1 + random.nextInt(40), 2, Rig.VOCAB).toArray();
    Arrays.fill(prompt, 0, random.nextInt(prompt.length), 7);
    List<GenerationRequest.ImageSpan> images =
        prompt.length > 12 && random.nextBoolean()
            ? List.of(new GenerationRequest.ImageSpan(4, Rig.image(random.nextInt(6), 6)))
            : List.of();
    GenerationConfig.Builder config =
        GenerationConfig.builder().maxNewTokens(1 + random.nextInt(40));
    if (random.nextBoolean()) {
      // The first is a token of the vocabulary, the others are only ever found in the text.
      config
          .stopWords(List.of("k", "abc", "hh", "zz"))
          .minNewTokens(random.nextInt(4))
          .includeStopStrInOutput(random.nextBoolean());
    }
    Optional<TokenConstraint> format =
        random.nextInt(3) == 0
            ? Optional.of(new FakeConstraint(Rig.VOCAB, random.nextInt(6), 6 + random.nextInt(9)))
            : Optional.empty();
    if (random.nextInt(4) == 0) {
      config.promptLogprobs(0);
    }
    return new GenerationRequest(prompt, images, config.build(), format);
  }

  /** Reads an answer, maybe hanging up in the middle of it. */
  private boolean client(long seed) throws InterruptedException {
    Random random = new Random(seed);
    GenerationRequest request = request(random);
    int hangUp = random.nextInt(3) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
    StringBuilder text = new StringBuilder();
    List<Integer> ids = new ArrayList<>();
    Optional<FinishReason> reason = Optional.empty();
    List<TokenLogprobs> scores = List.of();
    try (GenerationStream stream = rig.model.submit(request)) {
      for (int chunks = 0; reason.isEmpty() && chunks < hangUp; chunks++) {
        GenerationChunk chunk = stream.next().orElseThrow();
        text.append(chunk.text());
        ids.addAll(chunk.tokenIds());
        reason = chunk.finishReason();
        scores = stream.promptLogprobs();
      }
    }
    Reference.Answer expected = rig.reference.answer(request);
    if (reason.isPresent()) {
      assertPromptScores(request, scores);
      assertEquals(expected, new Reference.Answer(ids, text.toString(), reason.get()));
    } else {
      assertEquals(expected.ids().subList(0, ids.size()), ids);
      assertTrue(expected.text().startsWith(text.toString()));
    }
    return reason.isPresent();
  }

  private void assertPromptScores(GenerationRequest request, List<TokenLogprobs> scores) {
    List<TokenLogprobs> expected = new ArrayList<>();
    for (int i = 1; i < request.promptIds().length && request.config().promptLogprobs() >= 0; i++) {
      int position = i;
      if (request.images().stream().noneMatch(span -> covers(span, position))) {
        float score = rig.reference.promptScore(request, i);
        expected.add(new TokenLogprobs(request.promptIds()[i], score, List.of()));
      }
    }
    assertEquals(expected, scores);
  }

  private static boolean covers(GenerationRequest.ImageSpan span, int position) {
    return span.start() <= position && position < span.start() + span.image().tokens();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @Timeout(120)
  void concurrentClientsGetTheirOwnAnswers(int ahead) throws Exception {
    open(ahead);
    int clients = 3000;
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      long seed = i;
      calls.add(() -> client(seed));
    }
    int complete = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> future : threads.invokeAll(calls)) {
        complete += future.get() ? 1 : 0;
      }
    }
    assertTrue(complete > clients / 2 && complete < clients);
    rig.model.close();
    EngineStats stats = rig.model.stats();
    assertEquals(0, stats.running() + stats.waiting() + stats.kvBlocksUsed());
    assertEquals(clients, stats.finished() + stats.cancelled() + stats.failed());
    assertTrue(stats.finished() >= complete);
    assertTrue(stats.preemptions() > 0 && stats.cachedTokens() > 0);
    assertTrue(rig.device.allClosed());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @Timeout(120)
  void closingWhileClientsComeLeavesNobodyWaiting(int ahead) throws Exception {
    open(ahead);
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      long seed = i;
      calls.add(
          () -> {
            try {
              return client(seed) ? "complete" : "hung up";
            } catch (UnavailableException e) {
              return "refused";
            }
          });
    }
    calls.add(
        250,
        () -> {
          rig.model.close();
          return "closed";
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<String> future : threads.invokeAll(calls)) {
        future.get();
      }
    }
    assertTrue(rig.device.allClosed());
  }
}

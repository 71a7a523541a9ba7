package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.core.fake.FakeConstraint;
import org.lmdeploy.core.fake.Reference;

/** Answers with a format, log probabilities of prompts, and what is counted of both. */
class FormatTest {
  private static Rig rig(int ahead) {
    return new Rig(Rig.options(2, 4, 8), 60, 60, Integer.MAX_VALUE, 0, ahead);
  }

  private static GenerationConfig.Builder config(int most) {
    return GenerationConfig.builder().maxNewTokens(most);
  }

  private static GenerationRequest request(
      GenerationConfig.Builder config, TokenConstraint constraint) {
    return new GenerationRequest(
        new int[] {5, 6, 7}, List.of(), config.build(), Optional.of(constraint));
  }

  private static Reference.Answer read(TokenStream stream) throws InterruptedException {
    List<Integer> ids = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    FinishReason reason = null;
    for (var next = stream.next(); next.isPresent(); next = stream.next()) {
      ids.addAll(next.get().tokenIds());
      text.append(next.get().text());
      reason = next.get().finishReason().orElse(null);
    }
    return new Reference.Answer(ids, text.toString(), reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void everyTokenIsOneThatTheFormatPermits(int ahead) throws Exception {
    Rig rig = rig(ahead);
    List<GenerationRequest> requests = new ArrayList<>();
    List<TokenStream> streams = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      GenerationConfig.Builder config = config(30).doSample(true).temperature(1.5).seed(i);
      requests.add(
          i % 4 == 3
              ? new GenerationRequest(new int[] {3, i}, List.of(), config.build())
              : request(config, new FakeConstraint(Rig.VOCAB, i, i + 4)));
      streams.add(rig.submit(requests.get(i)));
    }
    rig.finish();
    for (int i = 0; i < streams.size(); i++) {
      assertEquals(rig.reference.answer(requests.get(i)), read(streams.get(i)));
    }
    assertEquals(0, rig.model.stats().failed());
    rig.close();
  }

  @Test
  void anAnswerEndsWhenItsFormatIsCompleteEvenIfEndsAreIgnored() throws Exception {
    Rig rig = rig(1);
    GenerationRequest request =
        request(config(30).ignoreEos(true), new FakeConstraint(Rig.VOCAB, 0, 5));
    TokenStream stream = rig.submit(request);
    rig.finish();
    Reference.Answer answer = read(stream);
    assertEquals(5, answer.ids().size());
    assertEquals(FinishReason.STOP, answer.reason());
    rig.close();
  }

  @Test
  void bansThatLeaveNothingOfAFormatEndTheRequestAndNoOther() throws Exception {
    Rig rig = rig(1);
    GenerationConfig.Builder bans =
        config(30).badTokenIds(IntStream.range(2, Rig.VOCAB - 1).boxed().toList());
    // the only id left is 39, which can follow nothing but another one, and then not itself
    TokenConstraint strict = new FakeConstraint(Rig.VOCAB, 3, 5);
    GenerationRequest other = request(config(9), new FakeConstraint(Rig.VOCAB, 9, 9));
    TokenStream fails = rig.submit(request(bans, strict));
    TokenStream lives = rig.submit(other);
    rig.finish();
    LmDeployException reason = assertThrows(LmDeployException.class, () -> read(fails));
    assertEquals(Optional.of("response_format"), reason.parameter());
    assertEquals(rig.reference.answer(other), read(lives));
    assertEquals(1, rig.model.stats().failed());
    rig.close();
  }

  @Test
  void bansThatLeaveNothingAtTheBeginningAreRefused() {
    Rig rig = rig(0);
    GenerationConfig.Builder bans =
        config(30)
            .badTokenIds(IntStream.range(2, Rig.VOCAB).filter(i -> i % 3 == 0).boxed().toList());
    assertThrows(
        InvalidRequestException.class,
        () -> rig.submit(request(bans, new FakeConstraint(Rig.VOCAB, 3, 5))));
    assertEquals(0, rig.model.stats().waiting());
    rig.close();
  }

  @Test
  void aFormatThatBreaksFailsItsOwnRequest() throws Exception {
    Rig rig = rig(1);
    TokenConstraint broken =
        new TokenConstraint() {
          private final FakeConstraint real = new FakeConstraint(Rig.VOCAB, 4, 4);

          @Override
          public long[] permitted() {
            return real.permitted();
          }

          @Override
          public boolean mayEnd() {
            return false;
          }

          @Override
          public boolean complete() {
            return false;
          }

          @Override
          public void accept(int id) {
            throw new IllegalStateException("broken on purpose");
          }
        };
    GenerationRequest other = request(config(6).ignoreEos(true), new FakeConstraint(40, 9, 9));
    TokenStream fails = rig.submit(request(config(9), broken));
    TokenStream lives = rig.submit(other);
    rig.finish();
    assertThrows(LmDeployException.class, () -> read(fails));
    assertEquals(rig.reference.answer(other), read(lives));
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aPromptsLogProbabilitiesAreTheSameInChunksAndNeverFromTheCache(int ahead) throws Exception {
    Rig rig = rig(ahead);
    int[] prompt = IntStream.range(0, 37).map(i -> 2 + i * 7 % 38).toArray();
    GenerationRequest plain = new GenerationRequest(prompt, List.of(), config(3).build());
    GenerationRequest scored =
        new GenerationRequest(prompt, List.of(), config(3).promptLogprobs(2).build());
    for (GenerationRequest request : List.of(plain, scored, scored)) {
      List<TokenStream> beside =
          List.of(rig.submit(plain), rig.submit(request), rig.submit(scored), rig.submit(plain));
      rig.finish();
      for (TokenStream stream : beside) {
        assertEquals(rig.reference.answer(plain), read(stream));
      }
      TokenStream last = beside.get(2);
      assertEquals(0, last.cachedTokens());
      assertEquals(prompt.length - 1, last.promptLogprobs().size());
      for (int i = 1; i < prompt.length; i++) {
        assertEquals(prompt[i], last.promptLogprobs().get(i - 1).id());
        assertEquals(
            rig.reference.promptScore(scored, i), last.promptLogprobs().get(i - 1).logprob());
        assertEquals(2, last.promptLogprobs().get(i - 1).top().size());
      }
      assertTrue(beside.getFirst().promptLogprobs().isEmpty());
    }
    rig.close();
  }

  @Test
  void timesAndStepSizesAreCounted() throws Exception {
    Rig rig = rig(0);
    TokenStream stream =
        rig.submit(
            new GenerationRequest(new int[20], List.of(), config(3).ignoreEos(true).build()));
    assertEquals(new RequestTimes(-1, -1, -1), stream.times());
    rig.finish();
    RequestTimes times = stream.times();
    assertTrue(times.admitted() >= 0 && times.firstToken() >= times.admitted());
    assertTrue(times.ended() >= times.firstToken());
    EngineStats stats = rig.model.stats();
    long steps = stats.stepTokens().stream().mapToLong(Long::longValue).sum();
    assertEquals(stats.steps(), steps);
    assertEquals(2, stats.stepTokens().getFirst(), "two steps decode one token");
    assertEquals(3, stats.stepTokens().get(1), "20 tokens of the prompt are 3 chunks of at most 8");
    rig.close();
  }
}

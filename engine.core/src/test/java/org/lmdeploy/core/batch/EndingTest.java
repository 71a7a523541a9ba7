package org.lmdeploy.core.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;

/** How requests end that do not end by themselves. */
class EndingTest {
  private final Rig rig = new Rig(Rig.options(4, 2, 8), 20, 60, Integer.MAX_VALUE, 100);

  private static GenerationRequest prompt(int... ids) {
    return new GenerationRequest(
        ids, List.of(), GenerationConfig.builder().maxNewTokens(20).ignoreEos(true).build());
  }

  private static GenerationRequest withImage(int... ids) {
    return new GenerationRequest(
        ids, List.of(new GenerationRequest.ImageSpan(1, Rig.image(1, 2))), prompt(ids).config());
  }

  private static LmDeployException failure(TokenStream stream) {
    return assertThrows(
        LmDeployException.class,
        () -> {
          while (stream.next().isPresent()) {
            // up to the failure
          }
        });
  }

  private void assertAnswers(GenerationRequest request) throws InterruptedException {
    TokenStream stream = rig.submit(request);
    rig.finish();
    assertEquals(rig.reference.answer(request).ids(), stream.next().orElseThrow().tokenIds());
    assertEquals(0, rig.model.stats().kvBlocksUsed());
  }

  @Test
  void cancellingFreesEverythingWithinOneStep() throws InterruptedException {
    TokenStream decoding = rig.submit(prompt(5, 6, 7));
    rig.turn();
    TokenStream prefilling = rig.submit(prompt(new int[30]));
    rig.turn();
    TokenStream queued = rig.submit(prompt(9, 9));
    rig.turn();
    assertEquals(2, rig.model.stats().running());
    assertEquals(1, rig.model.stats().waiting());
    for (TokenStream stream : List.of(decoding, prefilling, queued)) {
      stream.cancel();
      GenerationChunk last = stream.next().orElseThrow();
      assertEquals(Optional.of(FinishReason.ABORT), last.finishReason());
      assertEquals(Optional.empty(), stream.next());
    }
    rig.turn();
    assertTrue(rig.idle());
    assertEquals(0, rig.model.stats().kvBlocksUsed());
    assertEquals(3, rig.model.stats().cancelled());
    rig.close();
  }

  @Test
  void aRequestCanBeCancelledInTheMiddleOfAStep() throws InterruptedException {
    TokenStream stream = rig.submit(prompt(5, 6, 7));
    rig.fake.onForward(step -> stream.cancel());
    rig.turn();
    rig.fake.onForward(step -> {});
    rig.turn();
    assertTrue(rig.idle());
    assertEquals(1, rig.model.stats().cancelled());
    assertEquals(List.of(), stream.next().orElseThrow().tokenIds());
    assertAnswers(prompt(1, 2, 3));
    rig.close();
  }

  @Test
  void cancellingAFinishedRequestChangesNothing() throws InterruptedException {
    TokenStream stream = rig.submit(prompt(5, 6));
    rig.finish();
    stream.cancel();
    stream.close();
    assertEquals(Optional.of(FinishReason.LENGTH), stream.next().orElseThrow().finishReason());
    assertEquals(0, rig.model.stats().cancelled());
    rig.close();
  }

  @Test
  void anErrorInAStepFailsItsRequestsAndNoOthers() throws InterruptedException {
    TokenStream first = rig.submit(prompt(5, 6));
    TokenStream second = rig.submit(prompt(5, 7));
    TokenStream third = rig.submit(prompt(5, 8));
    rig.turn();
    IllegalStateException bug = new IllegalStateException("a bug");
    rig.fake.onForward(
        step -> {
          throw bug;
        });
    rig.turn();
    rig.fake.onForward(step -> {});
    for (TokenStream failed : List.of(first, second)) {
      LmDeployException error = failure(failed);
      assertEquals(ErrorCode.INTERNAL, error.code());
      assertSame(bug, error.getCause());
      assertThrows(LmDeployException.class, failed::next, "it stays failed");
    }
    rig.finish();
    assertEquals(rig.reference.answer(prompt(5, 8)).ids(), third.next().orElseThrow().tokenIds());
    assertEquals(2, rig.model.stats().failed());
    assertAnswers(prompt(5, 6));
    rig.close();
  }

  @Test
  void aDeviceFailureEndsAllRequestsForGood() {
    TokenStream running = rig.submit(prompt(5, 6));
    rig.submit(prompt(5, 6));
    TokenStream queued = rig.submit(prompt(5, 7));
    DeviceFailureException broken = new DeviceFailureException("it burns");
    rig.fake.onForward(
        step -> {
          throw broken;
        });
    rig.turn();
    assertSame(broken, failure(running));
    assertSame(broken, failure(queued));
    UnavailableException refusal =
        assertThrows(UnavailableException.class, () -> rig.submit(prompt(1)));
    assertTrue(refusal.getMessage().contains("it burns"));
    assertEquals(3, rig.model.stats().failed());
    rig.check();
    rig.close();
  }

  @Test
  void runningOutOfMemoryIsSaidAndSurvived() throws InterruptedException {
    TokenStream stream = rig.submit(prompt(5, 6));
    rig.fake.onForward(
        step -> {
          throw new OutOfMemoryError("Java heap space");
        });
    rig.turn();
    rig.fake.onForward(step -> {});
    LmDeployException error = failure(stream);
    assertInstanceOf(DeviceFailureException.class, error);
    assertTrue(error.getMessage().contains("-Xmx"));
    assertAnswers(prompt(5, 6));
    rig.close();
  }

  @Test
  void anImageThatCannotBeEncodedFailsItsRequestAlone() throws InterruptedException {
    TokenStream text = rig.submit(prompt(5, 6));
    TokenStream image = rig.submit(withImage(5, 0, 0, 6));
    rig.fake.onEncode(
        images -> {
          throw new IllegalArgumentException("no such shape");
        });
    rig.finish();
    assertTrue(failure(image).getMessage().contains("no such shape"));
    assertEquals(rig.reference.answer(prompt(5, 6)).ids(), text.next().orElseThrow().tokenIds());
    rig.fake.onEncode(images -> {});
    assertAnswers(withImage(5, 0, 0, 6));
    rig.close();
  }

  @Test
  void closingFailsWhoRunsAndWhoWaits() {
    TokenStream running = rig.submit(prompt(5, 6));
    rig.turn();
    TokenStream queued = rig.submit(prompt(5, 6));
    rig.close();
    assertInstanceOf(UnavailableException.class, failure(running));
    assertInstanceOf(UnavailableException.class, failure(queued));
    assertThrows(UnavailableException.class, () -> rig.submit(prompt(5)));
    assertEquals(0, rig.model.stats().kvBlocksUsed());
    rig.model.close();
  }

  @Test
  void imagesAreSharedAndGivenBack() throws InterruptedException {
    int[] encoded = {0};
    rig.fake.onEncode(images -> encoded[0] += images.size());
    assertAnswers(withImage(5, 0, 0, 6));
    assertAnswers(withImage(7, 0, 0, 6));
    assertEquals(1, encoded[0]);
    assertEquals(1, rig.device.liveTensors());
    assertFalse(rig.device.allClosed());
    rig.close();
    assertEquals(0, rig.device.liveTensors());
  }
}

package org.lmdeploy.server.http.lmdeploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;
import org.lmdeploy.api.error.OverloadedException;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.runtime.ChatHistory;

class SessionsTest {
  private final AtomicLong now = new AtomicLong();
  private final Sessions sessions = new Sessions(3, Duration.ofNanos(100), now::get);

  private static ChatHistory history(ImageSpan... images) {
    return new ChatHistory(
        List.of(ChatMessage.of("assistant", "")), new int[] {1, 2}, List.of(images));
  }

  private void turn(long id) {
    Turn turn = sessions.begin(id, null, true);
    turn.answered(history());
    turn.end();
  }

  @Test
  void whatNobodyGoesOnWithIsForgotten() {
    turn(1);
    now.set(60);
    turn(2);
    now.set(101);
    assertEquals(0, sessions.begin(1, null, true).before().ids().length);
    now.set(160);
    assertEquals(2, sessions.begin(2, null, true).before().ids().length);
  }

  @Test
  void whatIsBeingAnsweredStays() {
    turn(1);
    Turn turn = sessions.begin(1, null, true);
    now.set(1000);
    sessions.dropExpired();
    turn.answered(history());
    assertEquals(2, sessions.begin(1, null, true).before().ids().length);
  }

  @Test
  void aTurnWithoutAnAnswerLeavesNoNewSession() {
    sessions.begin(1, null, true).end();
    assertEquals(0, sessions.count());
  }

  @Test
  @SuppressWarnings("restricted") // the segment is never touched
  void imagesAreCountedAndGivenBack() {
    MemorySegment pixels = MemorySegment.ofAddress(1 << 20).reinterpret(1L << 30);
    HostTensor tensor = new HostTensor(DType.F32, Shape.of(1L << 28), pixels);
    ImageSpan span = new ImageSpan(0, new ProcessedImage(tensor, 1, "key"));
    Turn turn = sessions.begin(1, null, true);
    turn.answered(history(span));
    assertThrows(OverloadedException.class, () -> sessions.begin(2, null, true));
    sessions.begin(1, null, true).end();
    sessions.end(1);
    sessions.begin(2, null, true).end();
  }
}

package org.lmdeploy.runtime.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnavailableException;

@Timeout(60)
class ActiveStreamsTest {
  private final ActiveStreams active = new ActiveStreams("m");

  @Test
  void drainsWhenTheLastChunkWasRead() throws Exception {
    GenerationStream stream = active.start(() -> new Scripted("a", "b"));
    Thread drain = Thread.ofVirtual().start(() -> active.drain(Duration.ofHours(1)));
    while (stream.next().orElseThrow().finishReason().isEmpty()) {
      // read on
    }
    drain.join();
    assertFalse(drain.isAlive());
  }

  @Test
  void drainsWhenAStreamIsClosedTwice() throws Exception {
    GenerationStream first = active.start(() -> new Scripted("a"));
    GenerationStream second = active.start(() -> new Scripted("a"));
    first.close();
    first.cancel();
    Thread drain = Thread.ofVirtual().start(() -> active.drain(Duration.ofHours(1)));
    second.close();
    drain.join();
  }

  @Test
  void aRequestThatIsRefusedDoesNotCount() {
    assertThrows(
        InvalidRequestException.class,
        () ->
            active.start(
                () -> {
                  throw new InvalidRequestException("no");
                }));
    active.drain(Duration.ofHours(1));
  }

  @Test
  void nothingStartsAfterwards() {
    active.drain(Duration.ZERO);
    UnavailableException e =
        assertThrows(UnavailableException.class, () -> active.start(() -> new Scripted("a")));
    assertEquals("the model m is being withdrawn", e.getMessage());
  }

  /** A stream of given texts. */
  private static final class Scripted implements GenerationStream {
    private final Queue<String> texts;

    Scripted(String... texts) {
      this.texts = new ArrayDeque<>(List.of(texts));
    }

    @Override
    public Optional<GenerationChunk> next() {
      String text = texts.poll();
      if (text == null) {
        return Optional.empty();
      }
      Optional<FinishReason> finish =
          texts.isEmpty() ? Optional.of(FinishReason.STOP) : Optional.empty();
      return Optional.of(new GenerationChunk(text, List.of(1), List.of(), finish));
    }

    @Override
    public int promptTokens() {
      return 1;
    }

    @Override
    public int cachedTokens() {
      return 0;
    }

    @Override
    public int generatedTokens() {
      return 0;
    }

    @Override
    public List<TokenLogprobs> promptLogprobs() {
      return List.of();
    }

    @Override
    public RequestTimes times() {
      return new RequestTimes(1, 2, 3);
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
  }
}

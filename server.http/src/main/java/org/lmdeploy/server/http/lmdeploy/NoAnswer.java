package org.lmdeploy.server.http.lmdeploy;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;

/** What a request gets that asks no model: an answer without text. */
final class NoAnswer implements GenerationStream {
  private boolean over;

  @Override
  public Optional<GenerationChunk> next() {
    if (over) {
      return Optional.empty();
    }
    over = true;
    return Optional.of(
        new GenerationChunk("", List.of(), List.of(), Optional.of(FinishReason.STOP)));
  }

  @Override
  public int promptTokens() {
    return 0;
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
  public void cancel() {
    // there is nothing to be ended
  }

  @Override
  public void close() {
    cancel();
  }
}

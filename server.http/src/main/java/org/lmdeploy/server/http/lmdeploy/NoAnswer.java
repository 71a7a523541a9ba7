package org.lmdeploy.server.http.lmdeploy;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;

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
  public List<TokenLogprobs> promptLogprobs() {
    return List.of();
  }

  @Override
  public Optional<String> stopWord() {
    return Optional.empty();
  }

  @Override
  public RequestTimes times() {
    return new RequestTimes(RequestTimes.NOT_YET, RequestTimes.NOT_YET, 0);
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

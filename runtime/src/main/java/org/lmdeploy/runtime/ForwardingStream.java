package org.lmdeploy.runtime;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;

/** A stream that does what another one does, for those that do something more. */
public abstract class ForwardingStream implements GenerationStream {
  private final GenerationStream stream;

  /**
   * A stream around another.
   *
   * @param stream the other; closed with this one
   */
  protected ForwardingStream(GenerationStream stream) {
    this.stream = Objects.requireNonNull(stream, "stream");
  }

  /** The stream that this one is around. */
  public final GenerationStream inner() {
    return stream;
  }

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    return stream.next();
  }

  @Override
  public int promptTokens() {
    return stream.promptTokens();
  }

  @Override
  public int cachedTokens() {
    return stream.cachedTokens();
  }

  @Override
  public int generatedTokens() {
    return stream.generatedTokens();
  }

  @Override
  public List<TokenLogprobs> promptLogprobs() {
    return stream.promptLogprobs();
  }

  @Override
  public Optional<String> stopWord() {
    return stream.stopWord();
  }

  @Override
  public RequestTimes times() {
    return stream.times();
  }

  @Override
  public void cancel() {
    stream.cancel();
  }

  @Override
  public void close() {
    stream.close();
  }
}

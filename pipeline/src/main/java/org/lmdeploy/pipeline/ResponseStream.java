package org.lmdeploy.pipeline;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.CancelledException;

/**
 * An answer as it is generated: iterates over the chunks. Closing it before its end cancels the
 * request.
 */
public final class ResponseStream implements Iterator<GenerationChunk>, AutoCloseable {
  private final GenerationStream stream;
  private final StringBuilder text = new StringBuilder();
  private final List<Integer> ids = new ArrayList<>();
  private final List<TokenLogprobs> logprobs = new ArrayList<>();
  private Optional<FinishReason> finish = Optional.empty();
  private Optional<GenerationChunk> ready = Optional.empty();

  ResponseStream(GenerationStream stream) {
    this.stream = stream;
  }

  /**
   * @throws org.lmdeploy.api.error.LmDeployException if the request failed
   */
  @Override
  public boolean hasNext() {
    if (ready.isEmpty() && finish.isEmpty()) {
      ready = read();
      ready.ifPresent(this::collect);
    }
    return ready.isPresent();
  }

  @Override
  public GenerationChunk next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the answer has ended");
    }
    GenerationChunk chunk = ready.orElseThrow();
    ready = Optional.empty();
    return chunk;
  }

  /** Reads to the end and gives the whole answer, what was iterated over before included. */
  public Response response() {
    while (hasNext()) {
      next();
    }
    return new Response(
        text.toString(),
        ids,
        stream.promptTokens(),
        ids.size(),
        finish.orElseThrow(() -> new IllegalStateException("the answer ended without a reason")),
        logprobs);
  }

  @Override
  public void close() {
    stream.close();
  }

  private Optional<GenerationChunk> read() {
    try {
      return stream.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stream.cancel();
      throw new CancelledException("interrupted while waiting for an answer", e);
    }
  }

  private void collect(GenerationChunk chunk) {
    text.append(chunk.text());
    ids.addAll(chunk.tokenIds());
    logprobs.addAll(chunk.logprobs());
    finish = chunk.finishReason();
  }
}

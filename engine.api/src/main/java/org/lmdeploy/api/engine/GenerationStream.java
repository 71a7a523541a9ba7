package org.lmdeploy.api.engine;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The answer to one request as it is generated. Text is decoded by the thread that reads the
 * stream. One reader at a time; closing or cancelling may be done by any thread.
 */
@ProviderType
public interface GenerationStream extends AutoCloseable {
  /**
   * Waits for the next chunk.
   *
   * @return the chunk; empty after the one with the finish reason
   * @throws org.lmdeploy.api.error.LmDeployException if the request failed or was withdrawn
   * @throws InterruptedException if the waiting thread was interrupted; the request goes on
   */
  Optional<GenerationChunk> next() throws InterruptedException;

  /** Tokens of the prompt. */
  int promptTokens();

  /** Tokens of the prompt that came from the prefix cache; known from the first chunk on. */
  int cachedTokens();

  /** Tokens of the answer read so far. */
  int generatedTokens();

  /**
   * The prompt's tokens with their log probabilities, if they were asked for: one entry for each
   * token but the first and those in the places of images. Complete from the first chunk on.
   */
  List<TokenLogprobs> promptLogprobs();

  /** The stop word that ended the answer; empty if none did or if the stream does not know. */
  default Optional<String> stopWord() {
    return Optional.empty();
  }

  /** When the request got how far. */
  RequestTimes times();

  /** Ends the request: its sequence and KV blocks are freed within one step. */
  void cancel();

  /** Cancels the request if it still runs. */
  @Override
  void close();
}

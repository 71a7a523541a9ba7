package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.TokenLogprobs;

/** An answer that is collected until it is complete. Used by one thread at a time. */
public final class WholeChoice {
  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprobs> logprobs = new ArrayList<>();
  private final List<Integer> tokenIds = new ArrayList<>();
  private FinishReason finishReason = FinishReason.STOP;

  /** Adds what came next. */
  public void add(GenerationChunk chunk) {
    text.append(chunk.text());
    tokenIds.addAll(chunk.tokenIds());
    logprobs.addAll(chunk.logprobs());
    chunk.finishReason().ifPresent(reason -> finishReason = reason);
  }

  /** Its text. */
  public String text() {
    return text.toString();
  }

  /** Its tokens. */
  public List<Integer> tokenIds() {
    return tokenIds;
  }

  /** The log probabilities of its tokens, if they were asked for. */
  public List<TokenLogprobs> logprobs() {
    return logprobs;
  }

  /** Why it ended. */
  public FinishReason finishReason() {
    return finishReason;
  }
}

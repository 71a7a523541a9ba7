package org.lmdeploy.server.http.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.engine.TokenLogprobs;

/** An answer that is collected until it is complete. Used by one thread at a time. */
public final class WholeChoice {
  private final Blocks blocks = new Blocks();
  private final List<Integer> tokenIds = new ArrayList<>();
  private final List<TokenLogprobs> logprobs = new ArrayList<>();
  private AnswerEnd end = AnswerEnd.STOP;
  private Optional<String> stopWord = Optional.empty();

  /** Adds what came next. */
  public void add(AnswerChunk chunk) {
    chunk.parts().forEach(blocks::add);
    tokenIds.addAll(chunk.tokenIds());
    logprobs.addAll(chunk.logprobs());
    chunk.end().ifPresent(reason -> end = reason);
    stopWord = chunk.stopWord();
  }

  /** All of it, in order. */
  public List<Block> blocks() {
    return blocks.get();
  }

  /** The content. */
  public String text() {
    return all(Block.Text.class).stream().map(Block.Text::text).collect(Collectors.joining());
  }

  public String reasoning() {
    return all(Block.Reasoning.class).stream()
        .map(Block.Reasoning::text)
        .collect(Collectors.joining());
  }

  public List<Block.Call> calls() {
    return all(Block.Call.class);
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
  public AnswerEnd end() {
    return end;
  }

  /** The stop word that ended it. */
  public Optional<String> stopWord() {
    return stopWord;
  }

  private <T extends Block> List<T> all(Class<T> kind) {
    return blocks.get().stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}

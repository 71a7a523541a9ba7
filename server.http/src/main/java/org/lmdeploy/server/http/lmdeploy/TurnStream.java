package org.lmdeploy.server.http.lmdeploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.runtime.ForwardingStream;
import org.lmdeploy.runtime.PreparedChat;

/** The answer of a turn: its end makes it part of the conversation. */
final class TurnStream extends ForwardingStream {
  private static final Set<FinishReason> COMPLETE = Set.of(FinishReason.STOP, FinishReason.LENGTH);

  private final Turn turn;
  private final PreparedChat chat;
  private final List<Integer> ids = new ArrayList<>();

  TurnStream(Turn turn, PreparedChat chat, GenerationStream stream) {
    super(stream);
    this.turn = turn;
    this.chat = chat;
  }

  @Override
  public Optional<GenerationChunk> next() throws InterruptedException {
    Optional<GenerationChunk> next = read();
    if (next.isPresent()) {
      ids.addAll(next.get().tokenIds());
      if (next.get().finishReason().filter(COMPLETE::contains).isPresent()) {
        turn.answered(chat.answered(ids));
      }
    }
    return next;
  }

  /** An answer that the session's owner ended has stopped, and is no failure. */
  private Optional<GenerationChunk> read() throws InterruptedException {
    try {
      return super.next().map(this::stoppedIfCancelled);
    } catch (CancelledException e) {
      if (turn.cancelled()) {
        return Optional.of(stopped("", List.of(), List.of()));
      }
      throw e;
    }
  }

  private GenerationChunk stoppedIfCancelled(GenerationChunk chunk) {
    boolean aborted = chunk.finishReason().equals(Optional.of(FinishReason.ABORT));
    return aborted && turn.cancelled()
        ? stopped(chunk.text(), chunk.tokenIds(), chunk.logprobs())
        : chunk;
  }

  private static GenerationChunk stopped(
      String text, List<Integer> ids, List<TokenLogprobs> logprobs) {
    return new GenerationChunk(text, ids, logprobs, Optional.of(FinishReason.STOP));
  }

  @Override
  public void close() {
    try {
      super.close();
    } finally {
      turn.end();
    }
  }
}

package org.lmdeploy.server.http.lmdeploy;

import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.runtime.ChatHistory;

/** One turn of a conversation that is kept, from the question to the end of the answer. */
final class Turn {
  private final Sessions sessions;
  private final long id;
  private final ChatHistory before;
  private final boolean keep;
  private GenerationStream stream;
  private boolean cancelled;

  /**
   * @param before the conversation so far
   * @param keep whether it goes on after this turn
   */
  Turn(Sessions sessions, long id, ChatHistory before, boolean keep) {
    this.sessions = sessions;
    this.id = id;
    this.before = before;
    this.keep = keep;
  }

  long id() {
    return id;
  }

  ChatHistory before() {
    return before;
  }

  boolean keep() {
    return keep;
  }

  /** Takes the answer's stream, which ends at once if the turn was cancelled already. */
  synchronized void opened(GenerationStream opened) {
    stream = opened;
    if (cancelled) {
      opened.cancel();
    }
  }

  /** Ends the answer where it is. */
  synchronized void cancel() {
    cancelled = true;
    if (stream != null) {
      stream.cancel();
    }
  }

  /** Whether the session's owner ended the answer. */
  synchronized boolean cancelled() {
    return cancelled;
  }

  /** The answer is complete. */
  void answered(ChatHistory history) {
    sessions.over(this, history);
  }

  /** The turn ends, if it has not; without an answer the conversation is as before. */
  void end() {
    sessions.over(this, null);
  }
}

package org.lmdeploy.server.http.lmdeploy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.lmdeploy.api.error.ConflictException;
import org.lmdeploy.api.error.OverloadedException;
import org.lmdeploy.runtime.ChatHistory;
import org.lmdeploy.runtime.ServedModel;

/** The conversations that the server keeps, by their numbers. Safe for many threads. */
public final class Sessions {
  /** Pixels of images that all conversations keep, in case their tokens must be computed again. */
  private static final long MAX_IMAGE_BYTES = 1L << 30;

  private final int most;
  private final long timeoutNanos;
  private final LongSupplier nanoTime;
  private final Map<Long, Session> sessions = new HashMap<>();
  private long imageBytes;

  /**
   * @param most how many are kept
   * @param timeout how long one is kept that nobody goes on with
   * @param nanoTime the clock
   */
  public Sessions(int most, Duration timeout, LongSupplier nanoTime) {
    this.most = most;
    this.timeoutNanos = timeout.toNanos();
    this.nanoTime = nanoTime;
  }

  /** What is kept of one conversation. Guarded by the lock of all. */
  private static final class Session {
    private ServedModel model;
    private ChatHistory history = ChatHistory.EMPTY;
    private Turn turn;
    private long lastUse;
  }

  /**
   * Begins a turn of a conversation, which is a new one if there is none of that number or if its
   * model was loaded anew.
   *
   * @param keep whether the conversation is kept after this turn
   * @throws ConflictException if it is being answered
   * @throws OverloadedException if a new one would be one too many
   */
  synchronized Turn begin(long id, ServedModel model, boolean keep) {
    dropExpired();
    Session session = sessions.get(id);
    if (session != null && session.turn != null) {
      throw new ConflictException(
          "session_id",
          "the session " + id + " is being answered; wait for the answer, or cancel it");
    }
    if (session == null) {
      requirePlace();
      session = new Session();
      sessions.put(id, session);
    }
    if (session.model != model) {
      forget(session);
      session.model = model;
    }
    session.turn = new Turn(this, id, session.history, keep);
    return session.turn;
  }

  private void requirePlace() {
    if (sessions.size() >= most) {
      throw new OverloadedException(
          "the server keeps " + most + " sessions (--max-sessions) and has as many; end one");
    }
    if (imageBytes >= MAX_IMAGE_BYTES) {
      throw new OverloadedException(
          "the images of all sessions take %d MiB, as many as are kept; end one"
              .formatted(MAX_IMAGE_BYTES >> 20));
    }
  }

  /** Ends the turn that is being answered; its answer so far stays part of the conversation. */
  void cancel(long id) {
    Turn turn;
    synchronized (this) {
      Session session = sessions.get(id);
      turn = session == null ? null : session.turn;
    }
    if (turn != null) {
      turn.cancel();
    }
  }

  /**
   * Ends a conversation, if there is one.
   *
   * @throws ConflictException if it is being answered
   */
  synchronized void end(long id) {
    Session session = sessions.get(id);
    if (session != null && session.turn != null) {
      throw new ConflictException(
          "session_id", "the session " + id + " is being answered; cancel it first");
    }
    remove(id);
  }

  /** A turn is over; {@code history} is null if it came to nothing. */
  synchronized void over(Turn turn, ChatHistory history) {
    Session session = sessions.get(turn.id());
    if (session == null || session.turn != turn) {
      return;
    }
    session.turn = null;
    session.lastUse = nanoTime.getAsLong();
    if (history != null) {
      imageBytes += history.imageBytes() - session.history.imageBytes();
      session.history = history;
    }
    if (history != null && !turn.keep() || session.history.messages().isEmpty()) {
      remove(turn.id());
    }
  }

  /** Forgets conversations that nobody went on with for too long. */
  public synchronized void dropExpired() {
    long now = nanoTime.getAsLong();
    sessions
        .values()
        .removeIf(
            session -> {
              boolean expired = session.turn == null && now - session.lastUse > timeoutNanos;
              if (expired) {
                forget(session);
              }
              return expired;
            });
  }

  /** How many conversations are kept. */
  public synchronized int count() {
    return sessions.size();
  }

  private void remove(long id) {
    Session session = sessions.remove(id);
    if (session != null) {
      forget(session);
    }
  }

  private void forget(Session session) {
    imageBytes -= session.history.imageBytes();
    session.history = ChatHistory.EMPTY;
  }
}

package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.lmdeploy.api.error.UnavailableException;

/** What other threads tell the engine thread: new requests, withdrawn ones, the end. */
final class Mailbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Sequence> arrivals = new ArrayList<>();
  private long submitted;
  private boolean withdrawn;
  private boolean closing;
  private UnavailableException refusal;

  /**
   * What came since the last look.
   *
   * @param arrivals new requests in the order in which they came
   * @param submitted all requests that came ever
   * @param withdrawn whether a request was withdrawn
   * @param closing whether the model is to be closed
   */
  record News(List<Sequence> arrivals, long submitted, boolean withdrawn, boolean closing) {}

  /**
   * Queues a request.
   *
   * @throws UnavailableException if requests are refused
   */
  void submit(Sequence sequence) {
    tell(
        () -> {
          if (refusal != null) {
            throw new UnavailableException(refusal.getMessage(), refusal);
          }
          arrivals.add(sequence);
          submitted++;
        });
  }

  /** Says that a request was withdrawn by its reader. */
  void withdrawn() {
    tell(() -> withdrawn = true);
  }

  /** From now on requests are refused; the first reason stays. */
  void refuse(UnavailableException reason) {
    tell(() -> refusal = refusal == null ? reason : refusal);
  }

  /** Refuses requests and asks the engine thread to end. */
  void close(UnavailableException reason) {
    refuse(reason);
    tell(() -> closing = true);
  }

  /** All requests that were ever queued. */
  long submitted() {
    lock.lock();
    try {
      return submitted;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the news.
   *
   * @param wait whether to sleep until there are some
   */
  News take(boolean wait) {
    lock.lock();
    try {
      while (wait && arrivals.isEmpty() && !withdrawn && !closing) {
        changed.awaitUninterruptibly();
      }
      News news = new News(arrivals, submitted, withdrawn, closing);
      arrivals = new ArrayList<>();
      withdrawn = false;
      return news;
    } finally {
      lock.unlock();
    }
  }

  private void tell(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}

package org.lmdeploy.server.http.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.OverloadedException;
import org.lmdeploy.api.error.UnavailableException;

/** The questions that are being answered, and the end of taking new ones. */
final class InFlight {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private final Set<Exchange> exchanges = new HashSet<>();
  private final int most;
  private boolean draining;

  /**
   * @param most questions at the same time
   */
  InFlight(int most) {
    this.most = most;
  }

  /**
   * Begins a question.
   *
   * @param requestId the id of its HTTP request
   * @throws UnavailableException once the server is being stopped
   * @throws OverloadedException if there are as many as may be
   */
  Exchange begin(String requestId) {
    lock.lock();
    try {
      if (draining) {
        throw new UnavailableException("the server is being stopped; it takes no new requests");
      }
      if (exchanges.size() >= most) {
        throw new OverloadedException(
            "the server answers " + most + " requests at a time and has as many; try again later");
      }
      Exchange exchange = new Exchange(requestId, this::end);
      exchanges.add(exchange);
      return exchange;
    } finally {
      lock.unlock();
    }
  }

  private void end(Exchange exchange) {
    lock.lock();
    try {
      exchanges.remove(exchange);
      if (exchanges.isEmpty()) {
        empty.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return exchanges.size();
    } finally {
      lock.unlock();
    }
  }

  boolean draining() {
    lock.lock();
    try {
      return draining;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no new questions from now on. */
  void refuseNew() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is none; returns false if the time ran out first. */
  boolean awaitNone(Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (!exchanges.isEmpty() && left > 0) {
        left = empty.awaitNanos(left);
      }
      return exchanges.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all from outside. */
  void abortAll(LmDeployException why) {
    abort(exchange -> true, why);
  }

  /** Ends some from outside; returns how many. */
  int abort(Predicate<Exchange> which, LmDeployException why) {
    List<Exchange> chosen;
    lock.lock();
    try {
      chosen = exchanges.stream().filter(which).toList();
    } finally {
      lock.unlock();
    }
    chosen.forEach(exchange -> exchange.abort(why));
    return chosen.size();
  }
}

package org.lmdeploy.server.http.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that can be watched while its request is answered.
 *
 * <p>Jetty reads from an HTTP/1 connection only when it wants a request, so that a client that
 * hangs up in the middle of a long answer is noticed late, by a failed write, or not at all. While
 * it is watched, this end point reads ahead: the end of the input is a hang-up; bytes of a next
 * request are kept and given to Jetty when it asks for them. A client that only half-closes counts
 * as gone, as it does for most servers.
 *
 * <p>The head of a request must be complete within the idle time from its first byte on: a client
 * that sends a byte now and then is never idle.
 */
final class WatchfulEndPoint extends SocketChannelEndPoint implements ClientWatch {
  /** More is not read ahead: a hang-up behind that much pipelined input is noticed later. */
  private static final int MAX_AHEAD = 16 << 10;

  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Callback readable =
      new Callback() {
        @Override
        public void succeeded() {
          onReadable();
        }

        @Override
        public void failed(Throwable cause) {
          onReadFailed(cause);
        }
      };

  /** Input that was read ahead, in flush mode; empty most of the time. */
  private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;

  private Runnable onHangUp;

  /** Whether {@link #readable} is registered with Jetty; it then serves {@link #waiting} too. */
  private boolean registered;

  /** What the connection registered while {@link #readable} already was. */
  private Callback waiting;

  /** Whether the head of a request is complete and its answer is not. */
  private boolean inRequest;

  /** When the first byte of a head came, of {@link System#nanoTime()}; 0 if none did. */
  private long headSince;

  WatchfulEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Executor executor) {
    super(channel, selector, key, scheduler);
    this.executor = executor;
  }

  @Override
  public void start(Runnable action) {
    boolean register;
    lock.lock();
    try {
      onHangUp = action;
      register = !registered;
      registered = true;
    } finally {
      lock.unlock();
    }
    if (register) {
      super.fillInterested(readable);
    }
  }

  @Override
  public void stop() {
    lock.lock();
    try {
      onHangUp = null;
    } finally {
      lock.unlock();
    }
  }

  private void onReadable() {
    Callback connection;
    Runnable hangUp = null;
    boolean again = false;
    lock.lock();
    try {
      registered = false;
      connection = waiting;
      waiting = null;
      if (connection == null && onHangUp != null) {
        if (readAhead() < 0) {
          hangUp = onHangUp;
          onHangUp = null;
        } else if (BufferUtil.space(ahead) > 0) {
          registered = true;
          again = true;
        }
      }
    } finally {
      lock.unlock();
    }
    if (connection != null) {
      connection.succeeded();
    } else if (hangUp != null) {
      hangUp.run();
    } else if (again) {
      super.fillInterested(readable);
    }
  }

  private int readAhead() {
    if (ahead.capacity() == 0) {
      ahead = BufferUtil.allocate(MAX_AHEAD);
    }
    try {
      return super.fill(ahead);
    } catch (IOException e) {
      return -1; // a connection that cannot be read has lost its client
    }
  }

  private void onReadFailed(Throwable cause) {
    Callback connection;
    Runnable hangUp;
    lock.lock();
    try {
      registered = false;
      connection = waiting;
      waiting = null;
      hangUp = onHangUp;
      onHangUp = null;
    } finally {
      lock.unlock();
    }
    if (connection != null) {
      connection.failed(cause);
    }
    if (hangUp != null) {
      hangUp.run();
    }
  }

  /** The head of a request is complete. */
  void requestBegan() {
    lock.lock();
    try {
      inRequest = true;
    } finally {
      lock.unlock();
    }
  }

  /** The answer is complete; what comes next is the head of another request. */
  void requestEnded() {
    lock.lock();
    try {
      inRequest = false;
      headSince = 0;
    } finally {
      lock.unlock();
    }
  }

  /** Closes the connection if the head of a request takes too long. */
  private void watchHead() throws EofException {
    long now = System.nanoTime();
    if (inRequest) {
      return;
    }
    if (headSince == 0) {
      headSince = now;
    } else if (now - headSince > TimeUnit.MILLISECONDS.toNanos(getIdleTimeout())) {
      close();
      throw new EofException("the head of a request did not arrive in time");
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    lock.lock();
    try {
      if (!ahead.hasRemaining()) {
        int filled = super.fill(buffer);
        if (filled > 0) {
          watchHead();
        }
        return filled;
      }
      int position = BufferUtil.flipToFill(buffer);
      int moved = BufferUtil.put(ahead, buffer);
      BufferUtil.flipToFlush(buffer, position);
      if (!ahead.hasRemaining()) {
        ahead = BufferUtil.EMPTY_BUFFER; // idle connections keep no buffer
      }
      return moved;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void fillInterested(Callback callback) {
    if (!tryFillInterested(callback)) {
      throw new ReadPendingException();
    }
  }

  @Override
  public boolean tryFillInterested(Callback callback) {
    lock.lock();
    try {
      if (ahead.hasRemaining()) {
        executor.execute(callback::succeeded);
        return true;
      }
      if (registered) {
        if (waiting != null) {
          return false;
        }
        waiting = callback;
        notIdle();
        return true;
      }
    } finally {
      lock.unlock();
    }
    return super.tryFillInterested(callback);
  }

  @Override
  public boolean isFillInterested() {
    lock.lock();
    try {
      // the watch's own interest must not look like a read that the connection waits for
      return registered ? waiting != null : super.isFillInterested();
    } finally {
      lock.unlock();
    }
  }
}

package org.lmdeploy.turbomind.host.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed gang of daemon threads for compute kernels. The calling thread is worker 0 and takes part
 * in every dispatch; tasks are claimed one at a time, so their order of execution is undefined.
 *
 * <p>Idle workers spin for a few tens of microseconds, which spans the gap between two kernels of
 * one forward pass, and park afterwards. Dispatches from several threads are run one after the
 * other.
 */
public final class Workers implements AutoCloseable {

  /**
   * One piece of a dispatch. {@code worker} is in {@code [0, size())} and owned exclusively while
   * it runs.
   */
  @FunctionalInterface
  public interface Task {
    void run(int index, int worker);
  }

  private static final long SPIN_NANOS = 50_000;

  private final ReentrantLock dispatch = new ReentrantLock();
  private final Member[] members;
  private volatile Job current;
  private volatile boolean closed;

  /** A gang of as many workers as there are available processors. */
  public Workers() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param size number of workers including the caller, at least 1
   */
  public Workers(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("size must be at least 1: " + size);
    }
    members = new Member[size - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(i + 1);
      members[i].start();
    }
  }

  /** Number of workers including the caller. */
  public int size() {
    return members.length + 1;
  }

  /**
   * Runs {@code body} for every index in {@code [0, tasks)} and returns when all have finished.
   *
   * @throws IllegalStateException if called from within a task or after {@link #close()}
   */
  public void parallelFor(int tasks, Task body) {
    if (tasks <= 0) {
      return;
    }
    if (dispatch.isHeldByCurrentThread() || Thread.currentThread() instanceof Member) {
      throw new IllegalStateException("parallelFor must not be nested");
    }
    dispatch.lock();
    try {
      if (closed) {
        throw new IllegalStateException("workers are closed");
      }
      if (tasks == 1 || members.length == 0) {
        for (int i = 0; i < tasks; i++) {
          body.run(i, 0);
        }
        return;
      }
      Job job = new Job(body, tasks, Thread.currentThread());
      current = job;
      for (int i = 0; i < Math.min(members.length, tasks - 1); i++) {
        members[i].wake();
      }
      job.work(0);
      job.await();
    } finally {
      dispatch.unlock();
    }
  }

  /** Stops the threads; a dispatch in progress completes first. */
  @Override
  public void close() {
    dispatch.lock();
    try {
      closed = true;
      for (Member member : members) {
        LockSupport.unpark(member);
      }
    } finally {
      dispatch.unlock();
    }
  }

  private static final class Job {
    final Task body;
    final int tasks;
    final Thread caller;
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger finished = new AtomicInteger();
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    volatile boolean callerParked;

    Job(Task body, int tasks, Thread caller) {
      this.body = body;
      this.tasks = tasks;
      this.caller = caller;
    }

    void work(int worker) {
      int done = 0;
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            body.run(i, worker);
          }
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        }
        done++;
      }
      if (done > 0 && finished.addAndGet(done) == tasks && callerParked) {
        LockSupport.unpark(caller);
      }
    }

    void await() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (finished.get() < tasks) {
        if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          callerParked = true;
          if (finished.get() < tasks) {
            LockSupport.park(this);
          }
        }
      }
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }

  private final class Member extends Thread {
    private final int worker;
    private volatile boolean parked;

    Member(int worker) {
      super("lmdeploy-kernel-" + worker);
      this.worker = worker;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      Job seen = null;
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (!closed) {
        Job job = current;
        if (job != seen) {
          seen = job;
          job.work(worker);
          deadline = System.nanoTime() + SPIN_NANOS;
        } else if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (current == seen && !closed) {
            LockSupport.park(Workers.this);
          }
          parked = false;
        }
      }
    }
  }
}

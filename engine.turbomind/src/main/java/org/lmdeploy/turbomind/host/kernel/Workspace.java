package org.lmdeploy.turbomind.host.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Workers and the scratch memory their kernels reuse from call to call: one growing buffer per
 * worker and one shared by all. A kernel call owns the whole workspace while it runs, so calls on
 * one workspace must not overlap; the memory is reclaimed with the workspace.
 */
public final class Workspace {

  private static final long PAGE = 4096;

  private final Workers workers;
  private final MemorySegment[] local;
  private MemorySegment shared = MemorySegment.NULL;

  public Workspace(Workers workers) {
    this.workers = workers;
    this.local = new MemorySegment[workers.size()];
    Arrays.fill(local, MemorySegment.NULL);
  }

  public Workers workers() {
    return workers;
  }

  /**
   * Scratch owned by one worker for the duration of a task; contents are undefined. Call it on that
   * worker.
   */
  MemorySegment local(int worker, long bytes) {
    if (local[worker].byteSize() < bytes) {
      local[worker] = allocate(bytes);
    }
    return local[worker];
  }

  /** Scratch of the calling kernel, readable by its tasks; contents are undefined. */
  MemorySegment shared(long bytes) {
    if (shared.byteSize() < bytes) {
      shared = allocate(bytes);
    }
    return shared;
  }

  private static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate((bytes + PAGE - 1) / PAGE * PAGE, PAGE);
  }
}

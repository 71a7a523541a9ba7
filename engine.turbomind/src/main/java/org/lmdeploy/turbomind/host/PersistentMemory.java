package org.lmdeploy.turbomind.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.turbomind.host.kernel.Gather;

/**
 * Tensors that outlive a step: fp32 copies of vectors until the device is closed, embeddings until
 * released.
 */
final class PersistentMemory implements AutoCloseable {
  private final Arena weights = Arena.ofShared();
  private final Map<Long, Arena> released = new HashMap<>();

  /** An fp32 copy of a weight, kept until the device is closed. */
  HostBuffer floats(HostTensor values) {
    MemorySegment copy = weights.allocate(values.shape().elements() * 4, 64);
    Gather.widen(
        WeightFormats.of(values.dtype()),
        Buffers.plain(values.data()),
        0,
        Math.toIntExact(values.shape().elements()),
        copy,
        0);
    return new HostBuffer(DType.F32, values.shape(), copy);
  }

  /** Memory for fp32 values, kept until the device is closed. */
  MemorySegment allocate(long bytes) {
    return weights.allocate(bytes, 64);
  }

  /** A tensor that is kept until {@link #release}. */
  synchronized HostBuffer allocate(DType dtype, Shape shape) {
    Arena arena = Arena.ofShared();
    MemorySegment data = arena.allocate(Math.max(1, shape.elements() * dtype.bytes()), 64);
    released.put(data.address(), arena);
    return new HostBuffer(dtype, shape, data.asSlice(0, shape.elements() * dtype.bytes()));
  }

  /**
   * @throws IllegalArgumentException if the tensor was not allocated here or was released before
   */
  synchronized void release(HostBuffer tensor) {
    Arena arena = released.remove(tensor.data().address());
    if (arena == null) {
      throw new IllegalArgumentException("this tensor is not allocated: " + tensor.shape());
    }
    arena.close();
  }

  @Override
  public synchronized void close() {
    released.values().forEach(Arena::close);
    released.clear();
    weights.close();
  }
}

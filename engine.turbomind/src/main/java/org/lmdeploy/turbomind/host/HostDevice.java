package org.lmdeploy.turbomind.host;

import java.util.List;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.host.kernel.Workers;

/**
 * The host device: fp32 activations and KV cache, weights where they lie in the mapped checkpoint.
 * Vectors (norms, biases) are small and kept as fp32 copies.
 */
final class HostDevice implements Device {
  private final DeviceInfo info;
  private final Workers workers = new Workers();
  private final ActivationArena activations = new ActivationArena();
  private final PersistentMemory persistent = new PersistentMemory();
  private final HostOps ops = new HostOps(workers, activations);

  HostDevice(DeviceInfo info) {
    this.info = info;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Tensor weight(HostTensor values) {
    if (!values.dtype().isFloat()) {
      throw new UnsupportedFeatureException(
          "the host device takes no weights of " + values.dtype());
    }
    boolean table = values.shape().rank() == 2 && values.shape().dim(0) > 1;
    return table
        ? new HostBuffer(values.dtype(), values.shape(), Buffers.plain(values.data()))
        : persistent.floats(values);
  }

  @Override
  public LinearWeight linear(LinearSpec spec) {
    return HostLinears.prepare(spec, persistent);
  }

  @Override
  public long weightBytes(long checkpointBytes) {
    return 0;
  }

  @Override
  public Tensor allocate(long... shape) {
    return persistent.allocate(DType.F32, Shape.of(shape));
  }

  @Override
  public void release(Tensor tensor) {
    persistent.release((HostBuffer) tensor);
  }

  @Override
  public DType kvType() {
    return DType.F32;
  }

  @Override
  public int kvBlockMultiple() {
    return HostKvCache.BLOCK_MULTIPLE;
  }

  @Override
  public KvCache kvCache(KvLayout layout, int blockTokens, int blocks) {
    return new HostKvCache(layout, blockTokens, blocks);
  }

  @Override
  public long freeMemory() {
    return HostMachine.availableMemory();
  }

  @Override
  public void close() {
    for (AutoCloseable part : List.<AutoCloseable>of(workers, activations, persistent)) {
      close(part);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing the host device failed", e);
    }
  }
}

package org.lmdeploy.core.fake;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;

/** A device that counts what is on it. */
public final class FakeDevice implements Device {
  private final FakeOps ops = new FakeOps();
  private final Set<Tensor> live = new HashSet<>();
  private final boolean sharesHostMemory;
  private final long freeMemory;
  private final int ahead;
  private FakeKvCache cache;
  private FakeRunner runner;
  private long reserved = -1;
  private int kvBlockMultiple = 1;
  private boolean cannotRun;
  private boolean closed;

  /** A device with that much free memory. */
  public FakeDevice(boolean sharesHostMemory, long freeMemory) {
    this(sharesHostMemory, freeMemory, 0);
  }

  /** The same whose steps may be started before so many earlier ones are finished. */
  public FakeDevice(boolean sharesHostMemory, long freeMemory, int ahead) {
    this.sharesHostMemory = sharesHostMemory;
    this.freeMemory = freeMemory;
    this.ahead = ahead;
  }

  /** What runs the steps. */
  public FakeRunner runner() {
    return runner;
  }

  /** Bytes of activations that were reserved; -1 if none ever were. */
  public long reserved() {
    return reserved;
  }

  /** From now on blocks are a multiple of so many tokens. */
  public void kvBlockMultiple(int tokens) {
    kvBlockMultiple = tokens;
  }

  /** From now on there is no runner to be had. */
  public void failToRun() {
    cannotRun = true;
  }

  @Override
  public int kvBlockMultiple() {
    return kvBlockMultiple;
  }

  @Override
  public void reserveActivations(long bytes) {
    if (cache != null) {
      throw new IllegalStateException("activations are reserved before the KV cache is made");
    }
    reserved = bytes;
  }

  @Override
  public StepRunner stepRunner(
      StepRunner.Forward forward, KvCache cache, StepRunner.Limits limits) {
    if (cannotRun) {
      throw new DeviceFailureException("no room for a runner");
    }
    runner = new FakeRunner(forward, cache, ops, limits, ahead);
    return runner;
  }

  /** Embeddings that were allocated and not given back. */
  public int liveTensors() {
    return live.size();
  }

  /** Whether everything that was opened is closed. */
  public boolean allClosed() {
    return closed && cache.closed() && runner.closed() && live.isEmpty() && ops.openFrames() == 0;
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("fake", "fake", "a fake", 1L << 40, sharesHostMemory, List.of());
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Tensor weight(HostTensor values) {
    throw new UnsupportedOperationException("weight");
  }

  @Override
  public LinearWeight linear(LinearSpec spec) {
    throw new UnsupportedOperationException("linear");
  }

  @Override
  public long weightBytes(long checkpointBytes) {
    return sharesHostMemory ? 0 : checkpointBytes;
  }

  @Override
  public Tensor allocate(long... shape) {
    FakeTensor tensor = new FakeTensor(Shape.of(shape));
    live.add(tensor);
    return tensor;
  }

  @Override
  public void release(Tensor tensor) {
    ((FakeTensor) tensor).release();
    live.remove(tensor);
  }

  @Override
  public DType kvType() {
    return DType.F32;
  }

  @Override
  public KvCache kvCache(KvLayout layout, int blockTokens, int blocks) {
    cache = new FakeKvCache(layout, blockTokens, blocks, () -> runner == null || runner.closed());
    return cache;
  }

  @Override
  public long freeMemory() {
    return freeMemory;
  }

  @Override
  public void close() {
    if (closed || !cache.closed() || !live.isEmpty()) {
      throw new IllegalStateException("closed twice, or before what is on it");
    }
    closed = true;
  }
}

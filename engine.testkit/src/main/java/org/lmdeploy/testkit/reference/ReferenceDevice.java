package org.lmdeploy.testkit.reference;

import java.util.Arrays;
import java.util.List;
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

/**
 * A device that computes in double precision, slowly and plainly: what other devices are compared
 * with. It is strict where others may be lenient: activations need an open frame, frames close in
 * reverse order, memory that was given back or never written cannot be read unnoticed.
 */
public final class ReferenceDevice implements Device {
  private static final DeviceInfo INFO =
      new DeviceInfo(
          "reference",
          "reference",
          "float64 reference",
          Runtime.getRuntime().maxMemory(),
          false,
          List.of());

  private final ReferenceFrames frames = new ReferenceFrames();
  private final Ops ops = new ReferenceOps(frames);

  /** Opens a device. */
  public ReferenceDevice() {}

  @Override
  public DeviceInfo info() {
    return INFO;
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Tensor weight(HostTensor values) {
    return new ReferenceTensor(Doubles.of(values), values.shape());
  }

  @Override
  public LinearWeight linear(LinearSpec spec) {
    return new ReferenceLinear(spec);
  }

  @Override
  public long weightBytes(long checkpointBytes) {
    return 4 * checkpointBytes;
  }

  @Override
  public Tensor allocate(long... shape) {
    Shape size = Shape.of(shape);
    double[] values = new double[Math.toIntExact(size.elements())];
    Arrays.fill(values, Double.NaN);
    return new ReferenceTensor(values, size);
  }

  @Override
  public void release(Tensor tensor) {
    ((ReferenceTensor) tensor).giveBack();
  }

  /** The type that is reported; the values themselves are doubles. */
  @Override
  public DType kvType() {
    return DType.F32;
  }

  @Override
  public KvCache kvCache(KvLayout layout, int blockTokens, int blocks) {
    return new ReferenceKvCache(layout, blockTokens, blocks);
  }

  @Override
  public long freeMemory() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The most elements of activations that were alive at once. */
  public long peakActivationElements() {
    return frames.peak();
  }

  /**
   * @throws IllegalStateException if a frame was left open
   */
  @Override
  public void close() {
    if (frames.depth() > 0) {
      throw new IllegalStateException(frames.depth() + " frames were left open");
    }
  }
}

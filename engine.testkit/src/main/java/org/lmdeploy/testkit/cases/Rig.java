package org.lmdeploy.testkit.cases;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.testkit.HashedValues;
import org.lmdeploy.testkit.HostTensors;

/**
 * A device on which one program runs. The n-th input that a program asks for has the same values on
 * every device: activations are rounded to the tested device's type, so that all devices begin with
 * equal numbers. The program runs in one frame.
 */
public final class Rig implements AutoCloseable {
  private final Device device;
  private final DType activationType;
  private final Set<String> called = new HashSet<>();
  private final Ops ops;
  private final Frame frame;
  private final List<KvCache> caches = new ArrayList<>();
  private int inputs;

  /**
   * @param device where the program runs
   * @param activationType of the tested device
   */
  public Rig(Device device, DType activationType) {
    this.device = device;
    this.activationType = activationType;
    this.ops = RecordedOps.of(device.ops(), called);
    this.frame = device.ops().frame();
  }

  /** The operators. */
  public Ops ops() {
    return ops;
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** The names of the operators that were called. */
  public Set<String> called() {
    return Set.copyOf(called);
  }

  /** Numbers from -1 to 1 as an activation. */
  public Tensor activation(long... shape) {
    return scaled(1, shape);
  }

  /** Numbers from -scale to scale as an activation. */
  public Tensor scaled(double scale, long... shape) {
    return device.ops().upload(host(activationType, scale, shape));
  }

  /** Given numbers as an activation. */
  public Tensor activation(float[] values, long... shape) {
    return device.ops().upload(HostTensors.of(activationType, values, shape));
  }

  /** Numbers from -1 to 1 as a weight that is no linear layer's. */
  public Tensor weight(DType type, long... shape) {
    return device.weight(host(type, 1, shape));
  }

  /** A linear layer of one weight. */
  public LinearWeight linear(DType type, int out, int in, boolean biased) {
    return device.linear(spec(type, out, in, biased));
  }

  /** The rows of a linear layer, to be prepared in some order. */
  public LinearSpec spec(DType type, int out, int in, boolean biased) {
    DenseRows rows = new DenseRows(host(type, Math.sqrt(3.0 / in), out, in));
    Optional<HostTensor> bias = biased ? Optional.of(host(type, 1, out)) : Optional.empty();
    return LinearSpec.of(rows, bias);
  }

  /** A cache that is closed with this rig. */
  public KvCache cache(KvLayout layout, int blockTokens, int blocks) {
    KvCache cache = device.kvCache(layout, blockTokens, blocks);
    caches.add(cache);
    return cache;
  }

  private HostTensor host(DType type, double scale, long... shape) {
    int count = Math.toIntExact(Shape.of(shape).elements());
    float[] values = HashedValues.of("input " + inputs++, count);
    for (int i = 0; i < count; i++) {
      values[i] = (float) (values[i] * scale);
    }
    return HostTensors.of(type, values, shape);
  }

  @Override
  public void close() {
    frame.close();
    caches.forEach(KvCache::close);
  }
}

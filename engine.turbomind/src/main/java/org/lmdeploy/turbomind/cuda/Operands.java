package org.lmdeploy.turbomind.cuda;

import java.util.Arrays;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;

/**
 * What operators have in common: arguments that are checked, memory for results, and how many
 * blocks a kernel has that goes over all elements.
 */
final class Operands {
  /** Threads of a block where nothing speaks for another number. */
  static final int THREADS = 256;

  /** Elements that a thread takes at once: 16 bytes. */
  static final int VECTOR = 8;

  private final Gpu gpu;
  private final DType type;
  private final ActivationArena arena;
  private final WeightLoader weights;

  Operands(Gpu gpu, DType type, ActivationArena arena, WeightLoader weights) {
    this.gpu = gpu;
    this.type = type;
    this.arena = arena;
    this.weights = weights;
  }

  /** The type of activations. */
  DType type() {
    return type;
  }

  /** Memory that is taken from now on until the frame is closed. */
  Frame frame() {
    return arena.frame();
  }

  /** An activation whose values do not matter yet. */
  CudaTensor empty(long... shape) {
    return allocate(type, Shape.of(shape));
  }

  /** A tensor in activation memory whose values do not matter yet. */
  CudaTensor allocate(DType dtype, Shape shape) {
    return new CudaTensor(dtype, shape, arena.take(shape.elements() * dtype.bytes()));
  }

  /** The address of so many 4-byte numbers in activation memory. */
  long words(int count) {
    return arena.take(4L * Math.max(1, count));
  }

  /** Blocks for one thread to every eight elements, as many as keep the chip busy at most. */
  LaunchShape spread(long elements) {
    long blocks = Math.ceilDiv(elements, (long) THREADS * VECTOR);
    return LaunchShape.of(
        (int) Math.max(1, Math.min(blocks, gpu.multiprocessors() * 16L)), THREADS);
  }

  /** A tensor that has to be an activation. */
  CudaTensor activation(Tensor tensor) {
    CudaTensor values = (CudaTensor) tensor;
    require(values.dtype() == type, "an activation", values);
    return values;
  }

  /** A weight that has to be a vector in float32, whose values are there from now on. */
  CudaTensor vector(Tensor values, int length) {
    CudaTensor vector = (CudaTensor) values;
    require(
        vector.dtype() == DType.F32 && vector.shape().elements() == length,
        "a vector of " + length,
        vector);
    weights.finish();
    return vector;
  }

  /**
   * @throws IllegalArgumentException naming what is needed and the tensors that do not fit
   */
  static void require(boolean holds, String needed, CudaTensor... tensors) {
    if (!holds) {
      throw new IllegalArgumentException(
          "not "
              + needed
              + ": "
              + Arrays.stream(tensors).map(t -> t.dtype() + t.shape().toString()).toList());
    }
  }
}

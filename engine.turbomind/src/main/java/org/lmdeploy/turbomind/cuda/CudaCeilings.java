package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.api.ops.DeviceCeilings;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;

/** Measures what a device can do at most: copying within its memory, and a large matrix product. */
final class CudaCeilings {
  private static final int RUNS = 11;
  private static final long COPY_BYTES = 2L << 30;
  private static final int MATRIX = 8192;

  private final Gpu gpu;
  private final CudaStream stream;

  CudaCeilings(Gpu gpu, CudaStream stream) {
    this.gpu = gpu;
    this.stream = stream;
  }

  /** Both, on a device that nobody else uses now. */
  static DeviceCeilings measure(CudaDevice device) {
    CudaCeilings ceilings = new CudaCeilings(device.gpu(), device.stream());
    double copy = ceilings.copy();
    double matrix = ceilings.matrix(device);
    return new DeviceCeilings(
        copy,
        matrix,
        "copy of %d MiB on the device, read and written bytes counted; %d^3 bf16 product by this project's kernels; medians of %d"
            .formatted(COPY_BYTES >> 20, MATRIX, RUNS));
  }

  private double copy() {
    try (DeviceMemory from = new DeviceMemory(gpu, COPY_BYTES);
        DeviceMemory to = new DeviceMemory(gpu, COPY_BYTES)) {
      stream.zero(from.address(), COPY_BYTES);
      double seconds = median(() -> stream.copy(to.address(), from.address(), COPY_BYTES));
      return 2 * COPY_BYTES / seconds;
    }
  }

  private double matrix(CudaDevice device) {
    try (Arena arena = Arena.ofShared();
        Frame _ = device.ops().frame()) {
      HostTensor values = random(arena);
      CudaLinear layer =
          (CudaLinear) device.linear(LinearSpec.of(new DenseRows(values), Optional.empty()));
      CudaTensor x = (CudaTensor) device.ops().upload(values);
      device.tune(List.of(layer), MATRIX);
      double seconds =
          median(
              () -> {
                try (Frame _ = device.ops().frame()) {
                  device.ops().linear(x, layer, Activation.NONE);
                }
              });
      return 2.0 * MATRIX * MATRIX * MATRIX / seconds;
    }
  }

  private static HostTensor random(Arena arena) {
    MemorySegment data = arena.allocate(2L * MATRIX * MATRIX, 64);
    SplittableRandom random = new SplittableRandom(1);
    for (long at = 0; at < data.byteSize(); at += 8) {
      // Four numbers of either sign between 0.125 and 2: zeros would let the chip run faster.
      long bits = random.nextLong();
      data.set(ValueLayout.JAVA_LONG, at, bits & 0x81FF_81FF_81FF_81FFL | 0x3E00_3E00_3E00_3E00L);
    }
    return new HostTensor(DType.BF16, Shape.of(MATRIX, MATRIX), data);
  }

  private double median(Runnable work) {
    try (CudaEvent start = CudaEvent.timed(gpu);
        CudaEvent end = CudaEvent.timed(gpu)) {
      double[] seconds = new double[RUNS];
      work.run();
      work.run();
      for (int run = 0; run < RUNS; run++) {
        start.record(stream);
        work.run();
        end.record(stream);
        end.synchronize();
        seconds[run] = end.millisSince(start) / 1e3;
      }
      Arrays.sort(seconds);
      return seconds[RUNS / 2];
    }
  }
}

package org.lmdeploy.turbomind.cuda;

import java.util.Arrays;
import java.util.Collection;
import org.lmdeploy.api.ops.Activation;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.OutOfDeviceMemoryException;

/** Measures which linear kernel is the fastest for the layers of a model. */
final class LinearTuner {
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.turbomind");

  private static final int RUNS = 5;

  /** More than the L2 cache of any chip: between two runs it is overwritten. */
  private static final long FLUSH_BYTES = 160L << 20;

  private static final long LARGEST_RESULT = 768L << 20;

  private final Gpu gpu;
  private final CudaStream stream;
  private final LinearKernels kernels;
  private final LinearChoices choices;

  LinearTuner(Gpu gpu, CudaStream stream, LinearKernels kernels, LinearChoices choices) {
    this.gpu = gpu;
    this.stream = stream;
    this.kernels = kernels;
    this.choices = choices;
  }

  /**
   * Measures what is not known yet, for up to {@code rows} rows.
   *
   * @param layers one of each shape
   */
  void measure(Collection<CudaLinear> layers, int rows) {
    int[] sizes =
        Arrays.stream(LinearChoices.ROWS)
            .filter(size -> size <= LinearChoices.bucket(rows))
            .toArray();
    boolean known =
        layers.stream()
            .allMatch(layer -> Arrays.stream(sizes).noneMatch(size -> isMissing(layer, size)));
    if (known) {
      return;
    }
    LOG.log(
        System.Logger.Level.INFO,
        "measuring which kernels are the fastest for this model on this device; the next start"
            + " knows");
    long in = layers.stream().mapToLong(CudaLinear::inFeatures).max().orElseThrow();
    long results =
        layers.stream()
            .flatMapToLong(
                layer ->
                    Arrays.stream(sizes)
                        .filter(size -> isMissing(layer, size))
                        .mapToLong(size -> resultBytes(layer, size)))
            .max()
            .orElseThrow();
    int most = sizes[sizes.length - 1];
    try (DeviceMemory x = new DeviceMemory(gpu, 2 * (in + 8) * most);
        DeviceMemory result = new DeviceMemory(gpu, results);
        DeviceMemory flush = new DeviceMemory(gpu, FLUSH_BYTES);
        CudaEvent start = CudaEvent.timed(gpu);
        CudaEvent end = CudaEvent.timed(gpu)) {
      stream.zero(x.address(), x.bytes());
      for (CudaLinear layer : layers) {
        for (int size : sizes) {
          if (isMissing(layer, size)) {
            LinearCall call = call(layer, size, x.address(), result.address());
            choices.measure(layer, size, choice -> seconds(call, choice, flush, start, end));
          }
        }
      }
      stream.synchronize();
    } catch (OutOfDeviceMemoryException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "too little free memory to measure kernels, untuned ones are used: " + e.getMessage());
    }
  }

  /** Whether a size is to be measured; an output head is never asked for thousands of rows. */
  private boolean isMissing(CudaLinear layer, int size) {
    return resultBytes(layer, size) <= LARGEST_RESULT && !choices.isMeasured(layer, size);
  }

  private static long resultBytes(CudaLinear layer, int size) {
    return 2 * layer.outFeatures() * size;
  }

  private static LinearCall call(CudaLinear layer, int rows, long x, long out) {
    int stride = Math.toIntExact(Math.ceilDiv(layer.inFeatures(), 8L) * 8);
    int columns = Math.toIntExact(layer.gated() ? layer.outFeatures() / 2 : layer.outFeatures());
    return new LinearCall(x, rows, stride, layer, out, columns, 0, 0, Activation.NONE, false);
  }

  private double seconds(
      LinearCall call, LinearChoice choice, DeviceMemory flush, CudaEvent start, CudaEvent end) {
    kernels.launch(call, choice);
    double[] times = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      stream.zero(flush.address(), flush.bytes());
      start.record(stream);
      kernels.launch(call, choice);
      end.record(stream);
      end.synchronize();
      times[run] = end.millisSince(start) / 1e3;
    }
    Arrays.sort(times);
    return times[RUNS / 2];
  }
}

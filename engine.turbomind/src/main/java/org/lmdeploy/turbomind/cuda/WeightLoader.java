package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.weights.DenseRows;
import org.lmdeploy.api.weights.LinearRows;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.Kernel;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/**
 * Loads weights: vectors become float32, tables the type of activations, linear layers that type in
 * the layout of {@code linear.cuh}. Kernels may read weights before they wait for the kernels
 * before them, so {@link #finish} is called between loading and running.
 */
final class WeightLoader implements AutoCloseable {
  private static final int THREADS = 256;
  static final int PLAIN = 0;
  static final int GATE = 1;
  static final int UP = 2;

  private final CudaStream stream;
  private final DType type;
  private final int blocks;
  private final WeightMemory memory;
  private final Staging staging;
  private final KernelLibrary kernels;
  private boolean pending;

  WeightLoader(Gpu gpu, CudaStream stream, KernelLibrary kernels, DType type) {
    this.stream = stream;
    this.kernels = kernels;
    this.type = type;
    this.blocks = gpu.multiprocessors() * 8;
    this.memory = new WeightMemory(gpu);
    this.staging = new Staging(gpu, stream);
  }

  /** The number that kernels have for an element type. */
  static int code(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 2;
      case I32, I64, I8, U8 ->
          throw new UnsupportedFeatureException("CUDA devices take no weights of " + type);
    };
  }

  /** A vector or anything else that is not a table, as float32. */
  CudaTensor vector(HostTensor values) {
    return load(values, DType.F32);
  }

  /** A matrix in the type of activations. */
  CudaTensor table(HostTensor values) {
    return load(values, type);
  }

  private CudaTensor load(HostTensor values, DType as) {
    CudaTensor target =
        new CudaTensor(as, values.shape(), memory.take(values.shape().elements() * as.bytes()));
    convert(values, target);
    pending = true;
    return target;
  }

  /** Copies host values to the device in the target's type. */
  void convert(HostTensor values, CudaTensor target) {
    Kernel kernel = kernels.plain("rows", "convert");
    int from = code(values.dtype());
    int to = code(target.dtype());
    long elements = values.shape().elements();
    long piece = Staging.PIECE / 4;
    for (long first = 0; first < elements; first += piece) {
      long count = Math.min(piece, elements - first);
      long at = target.address() + first * target.dtype().bytes();
      staging.bring(
          values.data().asSlice(first * values.dtype().bytes(), count * values.dtype().bytes()),
          copy -> {
            stream
                .arguments()
                .pointer(copy)
                .pointer(at)
                .int32(1)
                .int32(count)
                .int32(from)
                .int32(to);
            stream.launch(kernel, LaunchShape.of(blocks, THREADS));
          });
    }
  }

  /**
   * A linear layer.
   *
   * @throws UnsupportedFeatureException if a part has a format that CUDA devices do not know
   */
  CudaLinear linear(LinearSpec spec, boolean gated) {
    if (gated && spec.outFeatures() % 2 != 0) {
      throw new IllegalArgumentException(
          "gates and what they gate have an odd number of rows: " + spec.outFeatures());
    }
    long out = spec.outFeatures();
    int paddedRows = CudaLinear.paddedRows(out, gated);
    long bytes = CudaLinear.bytes(out, spec.inFeatures(), gated);
    long weight = memory.take(bytes);
    stream.zero(weight, bytes);
    long row = 0;
    for (LinearRows part : spec.parts()) {
      if (!(part instanceof DenseRows(HostTensor matrix))) {
        throw new UnsupportedFeatureException(
            "CUDA devices do not know the weight format "
                + part.format()
                + " yet; they know f32, f16 and bf16");
      }
      place(matrix, row, out, gated, weight, paddedRows);
      row += part.outFeatures();
    }
    long bias = spec.biases().isEmpty() ? 0 : biases(spec.biases(), out);
    pending = true;
    return new CudaLinear(out, spec.inFeatures(), paddedRows, weight, bias, gated);
  }

  private void place(
      HostTensor matrix, long row, long out, boolean gated, long weight, int paddedRows) {
    long rowBytes = matrix.shape().columns() * matrix.dtype().bytes();
    long most = Math.max(1, Staging.PIECE / rowBytes);
    for (Piece piece : pieces(row, matrix.shape().rows(), out, gated, most)) {
      tile(matrix.rows(piece.from, piece.count), piece.first, piece.mode, weight, paddedRows);
    }
  }

  /**
   * Rows of a part that go to the device together.
   *
   * @param from first row of the part
   * @param count how many
   * @param first their place among the layer's rows, or among its gates or what they gate
   * @param mode how the kernel places them
   */
  record Piece(long from, long count, long first, int mode) {}

  /**
   * Cuts a part of a layer into pieces that do not cross from the gates to what they gate.
   *
   * @param row the part's first row in the layer
   * @param rows rows of the part
   * @param out rows of the layer
   * @param most rows of a piece
   */
  static List<Piece> pieces(long row, long rows, long out, boolean gated, long most) {
    List<Piece> pieces = new ArrayList<>();
    long half = gated ? out / 2 : out;
    long done = 0;
    while (done < rows) {
      long at = row + done;
      boolean gate = at < half;
      long count = Math.min(most, gate ? Math.min(rows - done, half - at) : rows - done);
      int mode = gated ? gate ? GATE : UP : PLAIN;
      pieces.add(new Piece(done, count, gate ? at : at - half, mode));
      done += count;
    }
    return pieces;
  }

  private void tile(HostTensor rows, long first, int mode, long weight, int paddedRows) {
    if (rows.data().byteSize() > Staging.PIECE) {
      throw new UnsupportedFeatureException(
          "a row of %,d elements is longer than CUDA devices take"
              .formatted(rows.shape().columns()));
    }
    Kernel kernel = kernels.typed("linear_weight", "weight_tile");
    staging.bring(
        rows.data(),
        copy -> {
          stream
              .arguments()
              .pointer(copy)
              .pointer(weight)
              .int32(code(rows.dtype()))
              .int32(rows.shape().rows())
              .int32(rows.shape().columns())
              .int32(first)
              .int32(mode)
              .int32(paddedRows);
          stream.launch(kernel, LaunchShape.of(blocks, THREADS));
        });
  }

  private long biases(List<HostTensor> parts, long out) {
    long address = memory.take(4 * out);
    long at = address;
    for (HostTensor part : parts) {
      long count = part.shape().elements();
      convert(part, new CudaTensor(DType.F32, Shape.of(count), at));
      at += 4 * count;
    }
    return address;
  }

  /** Queues a copy of host memory to the device; {@code source} may be changed at once. */
  void bring(MemorySegment source, long address) {
    staging.bring(source, copy -> stream.copy(address, copy, source.byteSize()));
  }

  /** Copies bytes to new device memory that lives as long as the weights. */
  long constant(MemorySegment bytes) {
    long address = memory.take(bytes.byteSize());
    bring(bytes, address);
    pending = true;
    return address;
  }

  /** Waits until all weights are where they belong. */
  void finish() {
    if (pending) {
      stream.synchronize();
      pending = false;
    }
  }

  @Override
  public void close() {
    staging.close();
    memory.close();
  }
}

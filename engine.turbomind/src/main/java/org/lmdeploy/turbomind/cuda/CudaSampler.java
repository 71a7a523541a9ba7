package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.LaunchShape;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/** Draws tokens on the device and brings them back with one small copy. */
final class CudaSampler implements AutoCloseable {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final int MOST_ROWS = 65_536;
  private static final int MOST_TOP = 1024;
  private static final int SCAN_THREADS = 256;
  private static final int FINISH_THREADS = 512;
  private static final int MOST_SPLITS = 64;

  /** Blocks of the first kernel for each multiprocessor. */
  private static final int SPLITS = 5;

  /** Ids that share a note in scratch memory, {@code SAMPLE_GROUP} in sampling.cuh. */
  private static final int GROUP = 128;

  private static final int NAN = -1;
  private static final int BANNED = -2;

  /** Steps whose results may be on their way. */
  static final int SLOTS = 3;

  private static final int[] NO_IDS = {};
  private static final float[] NO_LOGPROBS = {};

  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final DeviceMemory drawn;
  private final List<Results> slots = new ArrayList<>();
  private SamplingParameters own;
  private DeviceMemory results;
  private int slot;

  /** A place for results in host memory and the mark that says that they are there. */
  private record Results(PinnedMemory host, CudaEvent there) implements AutoCloseable {
    @Override
    public void close() {
      host.close();
      there.close();
    }
  }

  CudaSampler(Gpu gpu, CudaStream stream, KernelLibrary kernels) {
    this.gpu = gpu;
    this.stream = stream;
    this.kernels = kernels;
    drawn = new DeviceMemory(gpu, 4L * MOST_ROWS);
    stream.zero(drawn.address(), drawn.bytes());
    reserve(1);
  }

  /** Takes memory for the results of so many rows; nothing may be under way. */
  void reserve(int rows) {
    long bytes = 4L * rows * (2 + 2 * MOST_TOP);
    if (results == null || results.bytes() < bytes) {
      stream.synchronize();
      freeResults();
      results = new DeviceMemory(gpu, bytes);
      for (int i = 0; i < SLOTS; i++) {
        slots.add(new Results(new PinnedMemory(gpu, bytes), CudaEvent.mark(gpu)));
      }
    }
  }

  private void freeResults() {
    if (results != null) {
      results.close();
      slots.forEach(Results::close);
      slots.clear();
      results = null;
    }
  }

  /** Where the tokens lie that the last step has drawn. */
  long drawn() {
    return drawn.address();
  }

  /** Parameters for steps that are not part of a graph, large enough for these rows. */
  SamplingParameters parametersFor(List<SamplingRow> rows) {
    if (own == null || !own.fits(rows)) {
      stream.synchronize();
      if (own != null) {
        own.close();
      }
      own =
          new SamplingParameters(
              gpu,
              stream,
              new SamplingImage(
                  Math.max(64, rows.size()), Math.max(1 << 16, 2 * SamplingImage.poolWords(rows))),
              SLOTS);
    }
    return own;
  }

  /** The places for likeliest ids that a step's rows of results have. */
  static int topStride(List<SamplingRow> rows) {
    int most = 0;
    for (SamplingRow row : rows) {
      most = Math.max(most, row.logprobs());
    }
    return most;
  }

  /**
   * Queues the drawing of tokens.
   *
   * @param logits float32 [rows, vocabulary]; changed
   * @param parameters those of the step, for at most that many rows
   * @param tokens address of the step's input ids
   * @param scratch takes memory for this launch
   */
  void queue(
      CudaTensor logits, SamplingParameters parameters, long tokens, ActivationArena scratch) {
    int rows = logits.rowCount();
    int vocabulary = logits.columns();
    int splits = Math.max(1, Math.min(MOST_SPLITS, SPLITS * gpu.multiprocessors() / rows));
    long groups = Math.ceilDiv(vocabulary, GROUP);
    long notes = scratch.take(rows * (8L * splits + 12 * groups));
    for (String name : List.of("sample_scan", "sample_finish")) {
      stream
          .arguments()
          .pointer(logits.address())
          .pointer(parameters.address())
          .pointer(parameters.pool())
          .pointer(tokens)
          .pointer(drawn.address())
          .pointer(results.address())
          .pointer(notes)
          .int32(rows)
          .int32(vocabulary)
          .int32(vocabulary)
          .int32(splits);
      LaunchShape shape =
          name.equals("sample_scan")
              ? LaunchShape.plane(splits, rows, SCAN_THREADS, 0)
              : LaunchShape.of(rows, FINISH_THREADS);
      stream.launch(kernels.plain("sampling", name), shape);
    }
  }

  /**
   * Queues the copy of a step's results to the host; without rows, waiting for it is all there is.
   */
  StepRunner.Drawing fetch(List<SamplingRow> rows) {
    slot = (slot + 1) % SLOTS;
    Results place = slots.get(slot);
    int topStride = topStride(rows);
    if (!rows.isEmpty()) {
      stream.download(place.host, 0, results.address(), 4L * rows.size() * (2 + 2 * topStride));
    }
    place.there.record(stream);
    return () -> {
      place.there.synchronize();
      return read(place.host.segment(), rows, topStride);
    };
  }

  private static List<SampledToken> read(
      MemorySegment from, List<SamplingRow> rows, int topStride) {
    List<SampledToken> tokens = new ArrayList<>(rows.size());
    long rowBytes = 4L * (2 + 2 * topStride);
    for (int i = 0; i < rows.size(); i++) {
      tokens.add(token(from, i * rowBytes, rows.get(i).logprobs(), topStride));
    }
    return tokens;
  }

  private static SampledToken token(MemorySegment from, long at, int logprobs, int topStride) {
    int id = from.get(INT, at);
    if (id == NAN) {
      throw new DeviceFailureException(
          "the model computed NaN as the logit of token " + from.get(INT, at + 4));
    }
    if (id == BANNED) {
      throw new DeviceFailureException("no token can be drawn: all are banned");
    }
    if (logprobs < 0) {
      return new SampledToken(id, Float.NaN, NO_IDS, NO_LOGPROBS);
    }
    int count = 0;
    while (count < logprobs && from.get(INT, at + 8 + 4L * count) >= 0) {
      count++;
    }
    int[] ids = new int[count];
    float[] values = new float[count];
    MemorySegment.copy(from, INT, at + 8, ids, 0, count);
    MemorySegment.copy(from, FLOAT, at + 8 + 4L * topStride, values, 0, count);
    return new SampledToken(id, from.get(FLOAT, at + 4), ids, values);
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
    freeResults();
    drawn.close();
  }
}

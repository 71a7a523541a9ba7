package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;

/**
 * The numbers of a step in device memory, at places that do not change from step to step, so that a
 * recorded graph reads the present step's: ids, positions, lengths, block tables, and how decoding
 * is cut into equal pieces of work. They go there with one copy.
 */
final class StepState implements AutoCloseable {
  private final Gpu gpu;
  private final int slots;
  private final List<Integer> windows = new ArrayList<>();
  private final List<FrequencyState> frequencies = new ArrayList<>();
  private final List<PinnedMemory> hosts = new ArrayList<>();
  private final List<CudaEvent> copied = new ArrayList<>();
  private final IntList prefillTiles;
  private StepImage image = new StepImage(0, 0, 0);
  private DeviceMemory device;
  private int slot;
  private StepBatch step;
  private int decoding;

  /** Rows of the prefill tiles that are there, and how many tiles; 0 if none are. */
  private int tileRows;

  private int tileCount;

  /**
   * A state without memory.
   *
   * @param slots how many steps' copies may be under way at once
   */
  StepState(Gpu gpu, int slots) {
    this.gpu = gpu;
    this.slots = slots;
    this.prefillTiles = new IntList(gpu);
  }

  /** Takes memory for steps of these sizes; nothing may be under way. */
  void reserve(StepImage wanted) {
    if (image.covers(wanted)) {
      return;
    }
    StepImage larger = image.or(wanted);
    release();
    image = larger;
    device = new DeviceMemory(gpu, image.bytes());
    for (int i = 0; i < slots; i++) {
      hosts.add(new PinnedMemory(gpu, image.bytes()));
      copied.add(CudaEvent.mark(gpu));
    }
  }

  /** Whether a step fits the memory that was taken. */
  boolean fits(StepBatch batch) {
    return image.covers(StepImage.sizeOf(batch));
  }

  /**
   * Makes a step the present one: queues the copy of its numbers. Memory grows if it must, for
   * which the stream has to be waited for.
   *
   * @param padded sequences of a recorded graph, at least the step's; those beyond it are empty
   */
  void set(StepBatch batch, int padded, CudaStream stream) {
    if (!fits(batch)) {
      stream.synchronize();
      reserve(StepImage.sizeOf(batch).or(new StepImage(64, 16, 8)));
    }
    step = batch;
    decoding = StepImage.decoding(batch);
    tileRows = 0;
    slot = (slot + 1) % slots;
    copied.get(slot).synchronize();
    image.write(batch, padded, windows, hosts.get(slot).segment());
    stream.upload(device.address(), hosts.get(slot), 0, image.usedBytes(batch));
    for (FrequencyState state : frequencies) {
      state.set(batch, stream, slot);
    }
    copied.get(slot).record(stream);
  }

  /** The present step. */
  StepBatch step() {
    return step;
  }

  /** How many sequences from the first on have exactly one new token. */
  int decoding() {
    return decoding;
  }

  long tokens() {
    return device.address() + image.tokens();
  }

  long positions() {
    return device.address() + image.positions();
  }

  long tokenSequence() {
    return device.address() + image.tokenSequence();
  }

  long logitRows() {
    return device.address() + image.logitRows();
  }

  /** Positions on the axes, each axis {@link #axisStride} numbers after the one before. */
  long axes() {
    return device.address() + image.axes();
  }

  int axisStride() {
    return image.maxTokens();
  }

  long context() {
    return device.address() + image.context();
  }

  long firstToken() {
    return device.address() + image.firstToken();
  }

  long blockTables() {
    return device.address() + image.blockTables();
  }

  int tableStride() {
    return image.tableStride();
  }

  /** How decode attention with this window is cut; written with every step from now on. */
  long decodeTiles(int window, CudaStream stream) {
    int index = windows.indexOf(window);
    if (index < 0) {
      if (windows.size() == StepImage.MAX_WINDOWS) {
        throw new IllegalStateException("more sliding windows in one model than " + windows);
      }
      requireNoRecording(stream);
      index = windows.size();
      windows.add(window);
      set(step, step.sequences().size(), stream);
    }
    return device.address() + image.tileStart(index);
  }

  /**
   * The prompt chunks of the present step in tiles of {@code rows} tokens; {@link
   * #prefillTileCount} says how many.
   */
  long prefillTiles(int rows, CudaStream stream) {
    if (tileRows != rows) {
      int[] pairs = StepImage.prefillTiles(step, rows);
      prefillTiles.set(pairs, stream);
      tileRows = rows;
      tileCount = pairs.length / 2;
    }
    return prefillTiles.address();
  }

  int prefillTileCount() {
    return tileCount;
  }

  /** The frequencies of a rule that looks at the length; written with every step from now on. */
  FrequencyState frequencies(RotarySpec spec, CudaStream stream) {
    for (FrequencyState state : frequencies) {
      if (state.spec() == spec) {
        return state;
      }
    }
    requireNoRecording(stream);
    FrequencyState state = new FrequencyState(gpu, spec, image.maxTokens(), slots);
    frequencies.add(state);
    state.set(step, stream, slot);
    return state;
  }

  private static void requireNoRecording(CudaStream stream) {
    if (stream.capturing()) {
      throw new IllegalStateException("a graph is recorded before its step ran once");
    }
  }

  private void release() {
    frequencies.forEach(FrequencyState::close);
    frequencies.clear();
    hosts.forEach(PinnedMemory::close);
    hosts.clear();
    copied.forEach(CudaEvent::close);
    copied.clear();
    if (device != null) {
      device.close();
      device = null;
    }
  }

  @Override
  public void close() {
    release();
    prefillTiles.close();
  }
}

package org.lmdeploy.turbomind.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;

/**
 * The rotary frequencies of a step's tokens under a rule that looks at the sequence's length
 * (dynamic NTK, LongRoPE): a set for each distinct length, and each token's set.
 */
final class FrequencyState implements AutoCloseable {
  private final RotarySpec spec;
  private final int pairs;
  private final int maxTokens;
  private final DeviceMemory device;
  private final List<PinnedMemory> hosts = new ArrayList<>();

  FrequencyState(Gpu gpu, RotarySpec spec, int maxTokens, int slots) {
    this.spec = spec;
    this.pairs = spec.rotaryDim() / 2;
    this.maxTokens = maxTokens;
    device = new DeviceMemory(gpu, bytes());
    for (int i = 0; i < slots; i++) {
      PinnedMemory host = new PinnedMemory(gpu, bytes());
      host.segment().fill((byte) 0); // tokens beyond a step's own have a set, too
      hosts.add(host);
    }
  }

  private long bytes() { // sets of tokens, factors, frequencies
    return setsOffset() + 8L * pairs * maxTokens;
  }

  private long factorsOffset() {
    return 4L * maxTokens;
  }

  private long setsOffset() {
    return 8L * maxTokens;
  }

  RotarySpec spec() {
    return spec;
  }

  /** Queues the copy of a step's frequencies. */
  void set(StepBatch batch, CudaStream stream, int slot) {
    PinnedMemory host = hosts.get(slot);
    MemorySegment to = host.segment();
    Map<Integer, Integer> sets = new HashMap<>();
    int token = 0;
    for (StepBatch.Sequence sequence : batch.sequences()) {
      for (int i = 0; i < sequence.newTokens(); i++, token++) {
        int length = spec.lengthFor(sequence.promptLength(), batch.positions()[token]);
        // All lengths up to the switch have the same frequencies.
        int key = Math.max(length, Math.min(spec.switchLength(), Integer.MAX_VALUE - 1));
        Integer known = sets.get(key);
        if (known == null) {
          known = sets.size();
          sets.put(key, known);
          write(to, known, length);
        }
        to.set(ValueLayout.JAVA_INT, 4L * token, known);
      }
    }
    stream.upload(device.address(), host, 0, setsOffset() + 8L * pairs * sets.size());
  }

  private void write(MemorySegment to, int set, int length) {
    to.set(ValueLayout.JAVA_FLOAT, factorsOffset() + 4L * set, spec.attentionFactor(length));
    double[] frequencies = spec.inverseFrequencies(length);
    MemorySegment.copy(
        frequencies,
        0,
        to,
        ValueLayout.JAVA_DOUBLE,
        setsOffset() + 8L * pairs * set,
        frequencies.length);
  }

  long tokenSets() {
    return device.address();
  }

  long factors() {
    return device.address() + factorsOffset();
  }

  long inverseFrequencies() {
    return device.address() + setsOffset();
  }

  @Override
  public void close() {
    device.close();
    hosts.forEach(PinnedMemory::close);
  }
}

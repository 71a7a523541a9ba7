package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.turbomind.cuda.driver.CudaEvent;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.PinnedMemory;

/** How the tokens of a step are drawn, in device memory. One copy brings a step's. */
final class SamplingParameters implements AutoCloseable {
  private final SamplingImage image;
  private final DeviceMemory device;
  private final List<PinnedMemory> hosts = new ArrayList<>();
  private final List<CudaEvent> copied = new ArrayList<>();
  private int slot;

  /**
   * Takes memory for steps; the first one has no rows.
   *
   * @param slots how many steps' copies may be under way at once
   */
  SamplingParameters(Gpu gpu, CudaStream stream, SamplingImage image, int slots) {
    this.image = image;
    device = new DeviceMemory(gpu, image.bytes());
    stream.zero(device.address(), device.bytes());
    for (int i = 0; i < slots; i++) {
      hosts.add(new PinnedMemory(gpu, image.bytes()));
      copied.add(CudaEvent.mark(gpu));
    }
  }

  boolean fits(List<SamplingRow> rows) {
    return image.fits(rows);
  }

  /**
   * Queues the copy of a step's parameters.
   *
   * @param tokenRows for each row, the row of its own input token in the step; empty for none
   * @param topStride places for likeliest ids in a row of results
   */
  void set(List<SamplingRow> rows, int[] tokenRows, int topStride, CudaStream stream) {
    slot = (slot + 1) % hosts.size();
    PinnedMemory host = hosts.get(slot);
    copied.get(slot).synchronize();
    long bytes = image.write(rows, tokenRows, topStride, host.segment());
    stream.upload(device.address(), host, 0, bytes);
    copied.get(slot).record(stream);
  }

  /** Where the head and the records lie. */
  long address() {
    return device.address();
  }

  /** Where the pool lies. */
  long pool() {
    return device.address() + image.pool();
  }

  @Override
  public void close() {
    device.close();
    hosts.forEach(PinnedMemory::close);
    copied.forEach(CudaEvent::close);
  }
}

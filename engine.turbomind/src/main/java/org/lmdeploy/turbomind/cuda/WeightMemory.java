package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.OutOfDeviceMemoryException;

/** Device memory of weights, given back all at once; small weights share pieces. */
final class WeightMemory implements AutoCloseable {
  private static final long ALIGNMENT = 1024;
  private static final long PIECE = 8L << 20;

  private final Gpu gpu;
  private final List<DeviceMemory> pieces = new ArrayList<>();
  private DeviceMemory shared;
  private long used;
  private long bytes;

  WeightMemory(Gpu gpu) {
    this.gpu = gpu;
  }

  /**
   * The address of {@code size} bytes at a multiple of 1024.
   *
   * @throws DeviceFailureException if there is too little memory
   */
  long take(long size) {
    if (size > PIECE / 4) {
      return piece(size).address();
    }
    if (shared == null || used + size > shared.bytes()) {
      shared = piece(PIECE);
      used = 0;
    }
    long address = shared.address() + used;
    used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return address;
  }

  private DeviceMemory piece(long size) {
    try {
      DeviceMemory piece = new DeviceMemory(gpu, size);
      pieces.add(piece);
      bytes += size;
      return piece;
    } catch (OutOfDeviceMemoryException e) {
      throw new DeviceFailureException(
          ("the weights do not fit: %,d bytes are loaded, the next one takes %,d, %s has %,d free;"
                  + " use a smaller model or a device with more memory")
              .formatted(bytes, size, gpu.name(), gpu.freeMemory()),
          e);
    }
  }

  @Override
  public void close() {
    pieces.forEach(DeviceMemory::close);
    pieces.clear();
    shared = null;
  }
}

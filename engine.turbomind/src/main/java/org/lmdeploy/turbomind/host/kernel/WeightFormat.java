package org.lmdeploy.turbomind.host.kernel;

/** Element types in which a weight matrix may lie in memory, little-endian. */
public enum WeightFormat {
  /** Upper 16 bits of an IEEE binary32. */
  BF16(2),
  /** IEEE binary16. */
  FP16(2),
  /** IEEE binary32. */
  FP32(4);

  private final int bytes;

  WeightFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether kernels read two elements as one 32-bit lane. Activations are then packed as
   * alternating vectors of even and odd elements.
   */
  boolean paired() {
    return bytes == 2;
  }

  /** Elements consumed by one step over K: one 32-bit lane vector. */
  int chunk() {
    return Lanes.COUNT * (paired() ? 2 : 1);
  }

  /** K rounded up to whole chunks; the padding is zero in activations and weights alike. */
  int padded(int k) {
    int chunk = chunk();
    return (k + chunk - 1) / chunk * chunk;
  }
}

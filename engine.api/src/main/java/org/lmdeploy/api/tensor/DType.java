package org.lmdeploy.api.tensor;

/** Element types of tensors, with the names that safetensors gives them. */
public enum DType {
  F32(4),
  F16(2),
  BF16(2),
  I32(4),
  I64(8),
  I8(1),
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is one of the floating-point types that weights and activations have. */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16;
  }
}

package org.lmdeploy.hub.safetensors;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.tensor.DType;

/**
 * Element types of the safetensors format. Those without a {@link DType} are sized but not used.
 */
enum ElementType {
  BOOL(1, null),
  U8(1, DType.U8),
  I8(1, DType.I8),
  F8_E5M2(1, null),
  F8_E4M3(1, null),
  I16(2, null),
  U16(2, null),
  F16(2, DType.F16),
  BF16(2, DType.BF16),
  I32(4, DType.I32),
  U32(4, null),
  F32(4, DType.F32),
  I64(8, DType.I64),
  U64(8, null),
  F64(8, null);

  private final int bytes;
  private final DType dtype;

  ElementType(int bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
  }

  static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  int bytes() {
    return bytes;
  }

  Optional<DType> dtype() {
    return Optional.ofNullable(dtype);
  }
}

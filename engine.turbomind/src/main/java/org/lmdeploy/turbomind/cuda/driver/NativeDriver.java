package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The driver calls that JCuda 12.6 lacks, or that are called so often that JNI's cost counts:
 * launch with attributes, tensor maps, the current context. Layouts are those of {@code cuda.h}.
 */
@SuppressWarnings("restricted")
final class NativeDriver {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;

  /** {@code CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION} */
  private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;

  /** {@code CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION} */
  private static final int CLUSTER_DIMENSION = 4;

  /** {@code CUlaunchAttribute}: id, padding, a union of 64 bytes. */
  private static final long ATTRIBUTE_BYTES = 72;

  private static final long ATTRIBUTE_VALUE = 8;

  /** {@code CUlaunchConfig}: seven ints, padding, stream, attributes, their number. */
  private static final long CONFIG_BYTES = 56;

  private static final long CONFIG_SHARED_MEMORY = 24;
  private static final long CONFIG_STREAM = 32;
  private static final long CONFIG_ATTRIBUTES = 40;
  private static final long CONFIG_ATTRIBUTE_COUNT = 48;

  private static final MethodHandle LAUNCH;
  private static final MethodHandle SET_CURRENT;
  private static final MethodHandle ENCODE_TILED;

  static {
    SymbolLookup library = Cuda.library();
    Linker linker = Linker.nativeLinker();
    LAUNCH =
        linker.downcallHandle(
            library.findOrThrow("cuLaunchKernelEx"),
            FunctionDescriptor.of(INT, POINTER, LONG, POINTER, LONG));
    SET_CURRENT =
        linker.downcallHandle(
            library.findOrThrow("cuCtxSetCurrent"), FunctionDescriptor.of(INT, LONG));
    ENCODE_TILED =
        linker.downcallHandle(
            library.findOrThrow("cuTensorMapEncodeTiled"),
            FunctionDescriptor.of(
                INT, POINTER, INT, INT, LONG, POINTER, POINTER, POINTER, POINTER, INT, INT, INT,
                INT));
  }

  private NativeDriver() {}

  static void setCurrentContext(long context) {
    int result;
    try {
      result = (int) SET_CURRENT.invokeExact(context);
    } catch (Throwable e) {
      throw new IllegalStateException("cuCtxSetCurrent cannot be called", e);
    }
    Cuda.check(result, "selecting a device");
  }

  /** Memory in which launches are described; one thread at a time. */
  static final class LaunchBuffer {
    private final MemorySegment config;
    private final MemorySegment parameters;
    private final MemorySegment attributes;

    LaunchBuffer(Arena arena) {
      config = arena.allocate(CONFIG_BYTES, 8);
      parameters = arena.allocate(POINTER);
      attributes = arena.allocate(2 * ATTRIBUTE_BYTES, 8);
      config.set(POINTER, CONFIG_ATTRIBUTES, attributes);
    }

    /**
     * Launches a kernel that takes one struct.
     *
     * @param overlaps whether it may become resident before the kernel before it is over
     */
    void launch(
        long function,
        LaunchShape shape,
        long stream,
        MemorySegment struct,
        boolean overlaps,
        String name) {
      config.set(INT, 0, shape.gridX());
      config.set(INT, 4, shape.gridY());
      config.set(INT, 8, shape.gridZ());
      config.set(INT, 12, shape.threads());
      config.set(INT, 16, 1);
      config.set(INT, 20, 1);
      config.set(INT, CONFIG_SHARED_MEMORY, shape.sharedMemory());
      config.set(LONG, CONFIG_STREAM, stream);
      int count = 0;
      if (overlaps) {
        attribute(count++, PROGRAMMATIC_STREAM_SERIALIZATION, 1);
      }
      if (shape.cluster() > 1) {
        attribute(count++, CLUSTER_DIMENSION, shape.cluster(), 1, 1);
      }
      config.set(INT, CONFIG_ATTRIBUTE_COUNT, count);
      parameters.set(POINTER, 0, struct);
      int result;
      try {
        result = (int) LAUNCH.invokeExact(config, function, parameters, 0L);
      } catch (Throwable e) {
        throw new IllegalStateException("cuLaunchKernelEx cannot be called", e);
      }
      if (result != 0) {
        Cuda.check(result, "launching " + name + " with " + shape);
      }
    }

    private void attribute(int index, int id, int... value) {
      long at = index * ATTRIBUTE_BYTES;
      attributes.set(INT, at, id);
      for (int i = 0; i < value.length; i++) {
        attributes.set(INT, at + ATTRIBUTE_VALUE + 4L * i, value[i]);
      }
    }
  }

  /**
   * Describes a row-major matrix of 16-bit elements for the tensor copy engine, with boxes of 64
   * columns in the 128-byte swizzle; what lies outside reads as zero.
   *
   * @param map 128 bytes at a multiple of 64
   * @param dataType {@code CUtensorMapDataType}
   * @param rowBytes bytes from row to row, a multiple of 16
   */
  static void encodeMatrix(
      MemorySegment map,
      int dataType,
      long address,
      long columns,
      long rows,
      long rowBytes,
      int boxRows,
      int boxColumns) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocateFrom(LONG, columns, rows);
      MemorySegment strides = arena.allocateFrom(LONG, rowBytes);
      MemorySegment box = arena.allocateFrom(INT, boxColumns, boxRows);
      MemorySegment steps = arena.allocateFrom(INT, 1, 1);
      int interleave = 0; // none
      int swizzle = 3; // CU_TENSOR_MAP_SWIZZLE_128B
      int promotion = 3; // CU_TENSOR_MAP_L2_PROMOTION_L2_256B
      int outside = 0; // zeros
      int result;
      try {
        result =
            (int)
                ENCODE_TILED.invokeExact(
                    map,
                    dataType,
                    2,
                    address,
                    sizes,
                    strides,
                    box,
                    steps,
                    interleave,
                    swizzle,
                    promotion,
                    outside);
      } catch (Throwable e) {
        throw new IllegalStateException("cuTensorMapEncodeTiled cannot be called", e);
      }
      Cuda.check(result, "describing a matrix for the copy engine");
    }
  }

  /** Alignment and size of a tensor map. */
  static final MemoryLayout TENSOR_MAP =
      MemoryLayout.sequenceLayout(16, LONG).withByteAlignment(64);
}

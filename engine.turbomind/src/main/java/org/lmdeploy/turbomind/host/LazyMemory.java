package org.lmdeploy.turbomind.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.lmdeploy.api.error.DeviceFailureException;

/**
 * Zeroed memory of which the operating system commits a page only when it is first written (POSIX
 * {@code mmap}); {@link Arena#allocate} would clear, and so commit, all of it at once. Where there
 * is no {@code mmap}, that is what happens.
 */
@SuppressWarnings("restricted")
final class LazyMemory implements AutoCloseable {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE = 2;
  private static final int MAP_ANONYMOUS_LINUX = 0x20;
  private static final int MAP_NORESERVE_LINUX = 0x4000;
  private static final int MAP_ANONYMOUS_MAC = 0x1000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;
  private final boolean lazy;

  /**
   * @throws DeviceFailureException if the address space or the memory is not to be had
   */
  LazyMemory(long bytes) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    lazy = os.contains("linux") || os.contains("mac");
    segment = lazy ? map(bytes, os) : arena.allocate(bytes, 64);
  }

  MemorySegment segment() {
    return segment;
  }

  /** Whether pages are committed when they are first written. */
  boolean lazy() {
    return lazy;
  }

  private MemorySegment map(long bytes, String os) {
    int flags =
        MAP_PRIVATE
            | (os.contains("linux")
                ? MAP_ANONYMOUS_LINUX | MAP_NORESERVE_LINUX
                : MAP_ANONYMOUS_MAC);
    try {
      MemorySegment mapped =
          (MemorySegment)
              mmap().invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, flags, -1, 0L);
      if (mapped.address() == -1) {
        throw new DeviceFailureException(
            bytes
                + " bytes of address space for the KV cache are not to be had; lower"
                + " cache_max_entry_count, max_batch_size or session_len");
      }
      return mapped.reinterpret(bytes, arena, LazyMemory::unmap);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new DeviceFailureException("mmap failed", e);
    }
  }

  private static MethodHandle mmap() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("mmap"),
        FunctionDescriptor.of(
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG));
  }

  private static void unmap(MemorySegment mapped) {
    Linker linker = Linker.nativeLinker();
    MethodHandle munmap =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("munmap"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    try {
      int status = (int) munmap.invokeExact(mapped, mapped.byteSize());
      if (status != 0) {
        throw new DeviceFailureException("munmap failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new DeviceFailureException("munmap failed", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}

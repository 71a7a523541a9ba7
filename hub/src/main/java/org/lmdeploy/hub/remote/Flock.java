package org.lmdeploy.hub.remote;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lock {@code flock(2)}. Java's locks of files are POSIX record locks on Unix, which other
 * tools with {@code flock} do not see.
 */
final class Flock implements FileLock.Kind {
  private static final int READ_WRITE = 2;
  private static final int EXCLUSIVE = 2;
  private static final int NON_BLOCKING = 4;

  /** {@code EWOULDBLOCK} of Linux and of macOS and the BSDs. */
  private static final int BUSY_LINUX = 11;

  private static final int BUSY_BSD = 35;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final Optional<Flock> INSTANCE = link();

  private final MethodHandle open;
  private final MethodHandle flock;
  private final MethodHandle close;

  private Flock(MethodHandle open, MethodHandle flock, MethodHandle close) {
    this.open = open;
    this.flock = flock;
    this.close = close;
  }

  /** The lock of this system, or empty if it has none. */
  static Optional<Flock> ofThisSystem() {
    return INSTANCE;
  }

  @Override
  public Optional<FileLock.Held> tryLock(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor =
          (int) open.invokeExact(state, arena.allocateFrom(file.toString()), READ_WRITE);
      if (descriptor < 0) {
        throw failure(file, "opened", state);
      }
      if ((int) flock.invokeExact(state, descriptor, EXCLUSIVE | NON_BLOCKING) == 0) {
        return Optional.of(() -> release(file, descriptor));
      }
      int error = error(state);
      release(file, descriptor);
      if (error == BUSY_LINUX || error == BUSY_BSD) {
        return Optional.empty();
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call into the C library failed", e);
    }
    // a file system without flock, as some network file systems: what Java has is better than none
    return new ChannelLock().tryLock(file);
  }

  private void release(Path file, int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      if ((int) close.invokeExact(state, descriptor) != 0) {
        throw failure(file, "closed", state);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call into the C library failed", e);
    }
  }

  private static int error(MemorySegment state) {
    return state.get(JAVA_INT, STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
  }

  private static FileSystemException failure(Path file, String what, MemorySegment state) {
    return new FileSystemException(
        file.toString(), null, "the lock file cannot be " + what + ", errno " + error(state));
  }

  @SuppressWarnings("restricted")
  private static Optional<Flock> link() {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return library
        .find("flock")
        .map(
            flock ->
                new Flock(
                    linker.downcallHandle(
                        library.findOrThrow("open"),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                        errno,
                        Linker.Option.firstVariadicArg(2)),
                    linker.downcallHandle(
                        flock, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), errno),
                    linker.downcallHandle(
                        library.findOrThrow("close"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT),
                        errno)));
  }
}

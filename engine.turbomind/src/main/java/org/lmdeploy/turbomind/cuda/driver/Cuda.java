package org.lmdeploy.turbomind.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Set;
import jcuda.driver.JCudaDriver;
import org.lmdeploy.api.error.DeviceFailureException;

/** The driver library: whether it is there, its version, and what its error codes mean. */
public final class Cuda {
  private static final String LIBRARY = "libcuda.so.1";
  private static final int SUCCESS = 0;
  private static final int OUT_OF_MEMORY = 2;

  /**
   * Errors after which a context can only be destroyed: ECC, illegal address, launch time-out,
   * assertion, hardware stack, illegal instruction, misaligned address, address space, program
   * counter, launch failure; and deinitialized, destroyed context.
   */
  private static final Set<Integer> CONTEXT_ENDED =
      Set.of(4, 201, 214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719);

  /** Why CUDA cannot be used, or an empty text; found once. */
  private static final String UNAVAILABLE = probe();

  private Cuda() {}

  /** Why CUDA cannot be used on this machine, or an empty text. */
  public static String unavailableReason() {
    return UNAVAILABLE;
  }

  /** The driver's library, loaded for good. */
  @SuppressWarnings("restricted")
  static SymbolLookup library() {
    return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
  }

  private static String probe() {
    try {
      // Asked for first without JCuda, whose own message about a missing driver fills a screen.
      library();
    } catch (IllegalArgumentException e) {
      return "no NVIDIA driver: " + LIBRARY + " cannot be loaded";
    }
    try {
      JCudaDriver.setExceptionsEnabled(false);
      int result = JCudaDriver.cuInit(0);
      if (result != SUCCESS) {
        return "the NVIDIA driver does not start: " + explain(result);
      }
      int[] count = new int[1];
      check(JCudaDriver.cuDeviceGetCount(count), "counting devices");
      return count[0] == 0 ? "the NVIDIA driver finds no device" : "";
    } catch (LinkageError e) {
      return "JCuda's native library cannot be loaded: " + firstLine(e);
    }
  }

  private static String firstLine(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse(message);
  }

  /** How many devices the driver shows. */
  public static int deviceCount() {
    int[] count = new int[1];
    check(JCudaDriver.cuDeviceGetCount(count), "counting devices");
    return count[0];
  }

  /** The newest CUDA version that the driver serves, for example {@code 13.0}. */
  public static String driverVersion() {
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version), "asking for the driver's version");
    return version[0] / 1000 + "." + version[0] % 1000 / 10;
  }

  /**
   * Turns a driver's error code into an exception.
   *
   * @param doing what was tried, for the message
   * @throws OutOfDeviceMemoryException if there was too little memory
   * @throws DeviceFailureException for every other error
   */
  public static void check(int result, String doing) {
    if (result == SUCCESS) {
      return;
    }
    String message = doing + " failed: " + explain(result);
    if (result == OUT_OF_MEMORY) {
      throw new OutOfDeviceMemoryException(message);
    }
    throw new DeviceFailureException(message);
  }

  /**
   * Like {@link #check} for calls that free something: once a kernel has failed, every later call
   * on its context repeats that error, and what was taken goes with the context.
   */
  static void checkFreed(int result, String doing) {
    if (!CONTEXT_ENDED.contains(result)) {
      check(result, doing);
    }
  }

  private static String explain(int result) {
    String[] name = new String[1];
    String[] text = new String[1];
    JCudaDriver.cuGetErrorName(result, name);
    JCudaDriver.cuGetErrorString(result, text);
    return "%s (%s, CUDA error %d)".formatted(text[0], name[0], result);
  }
}

package org.lmdeploy.turbomind.cuda.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What the build put beside this class: fat binaries, variant lists, how they were made. */
public final class KernelFiles {
  private static final String PROPERTIES = "kernels.properties";

  private KernelFiles() {}

  /** Why there are no kernels, or an empty text. */
  public static String unavailableReason() {
    return KernelFiles.class.getResource(PROPERTIES) == null
        ? "this build has no CUDA kernels: it was made without nvcc"
        : "";
  }

  /** A fat binary. */
  static byte[] fatBinary(String name) {
    return bytes(name + ".fatbin");
  }

  /** A list of variants. */
  public static String variants(String name) {
    return new String(bytes(name + ".def"), StandardCharsets.UTF_8);
  }

  /** A hash of the sources of all kernels. */
  public static String sourceHash() {
    return properties().getProperty("source.hash", "unknown");
  }

  /** Compiler and targets, for people. */
  public static String description() {
    Properties properties = properties();
    return "nvcc "
        + properties.getProperty("nvcc.version")
        + ", "
        + properties.getProperty("targets");
  }

  private static Properties properties() {
    Properties properties = new Properties();
    try (InputStream in = KernelFiles.class.getResourceAsStream(PROPERTIES)) {
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException("the list of CUDA kernels cannot be read", e);
    }
  }

  private static byte[] bytes(String name) {
    try (InputStream in = KernelFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build has no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }
}

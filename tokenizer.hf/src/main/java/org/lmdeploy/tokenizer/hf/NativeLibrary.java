package org.lmdeploy.tokenizer.hf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/**
 * The Rust library {@code tokenizers} inside this bundle (or on the class path), loaded at the
 * first use. DJL's own loader is passed by: it keeps a copy in the home folder that it later trusts
 * unchecked, looks for GPUs, and may download; this one needs nothing but a temporary file.
 */
final class NativeLibrary {
  private static boolean loaded;

  private NativeLibrary() {}

  /** Loads the library if that has not happened yet. */
  static synchronized void load() {
    if (!loaded) {
      Platform platform = Platform.current();
      try {
        loadFrom(platform);
      } catch (IOException e) {
        throw failed("cannot be unpacked to " + System.getProperty("java.io.tmpdir"), e);
      } catch (UnsatisfiedLinkError e) {
        throw failed("cannot be loaded; does the folder allow executing?", e);
      }
      loaded = true;
    }
  }

  /** A library belongs to the class loader of the caller, which is that of the JNI binding too. */
  @SuppressWarnings("restricted")
  private static void loadFrom(Platform platform) throws IOException {
    Path folder = Files.createTempDirectory("lmdeploy-tokenizers");
    Path file = folder.resolve(platform.fileName());
    try (InputStream in = open(platform)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      System.load(file.toString());
    } finally {
      remove(file, folder);
    }
  }

  /** A mapped library stays usable without its file, except on Windows, which keeps the file. */
  private static void remove(Path file, Path folder) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
    } else {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static InputStream open(Platform platform) {
    InputStream in = NativeLibrary.class.getClassLoader().getResourceAsStream(platform.resource());
    if (in == null) {
      throw new UnsupportedFeatureException(
          "no tokenizer library for "
              + platform.folder()
              + " is in this bundle ("
              + platform.resource()
              + "); linux-x86_64, linux-aarch64 and osx-aarch64 have one");
    }
    return in;
  }

  private static UnsupportedFeatureException failed(String what, Throwable cause) {
    return new UnsupportedFeatureException(
        null,
        "the tokenizer library "
            + what
            + ": "
            + cause.getMessage()
            + ". The system property java.io.tmpdir names another folder.",
        cause);
  }

  private record Platform(String folder, String fileName) {
    static Platform current() {
      String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      String arch = System.getProperty("os.arch");
      String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
      String machine = arch.equals("amd64") ? "x86_64" : arch;
      return new Platform(system + "-" + machine, System.mapLibraryName("tokenizers"));
    }

    String resource() {
      return "native/lib/" + folder + "/cpu/" + fileName;
    }
  }
}

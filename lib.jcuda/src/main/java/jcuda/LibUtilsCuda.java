package jcuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads JCuda's native library from this jar by way of a folder that no other user can write to.
 *
 * <p>Stands in for JCuda's class of the same name, which its driver API calls and which shares one
 * file among all users of a machine (see bnd.bnd).
 */
public final class LibUtilsCuda {
  private LibUtilsCuda() {}

  /**
   * Called by JCuda's classes when they are first used.
   *
   * @param name the library's name with version, operating system and processor
   * @param dependents none for the driver API
   * @throws UnsatisfiedLinkError if this jar has no library for the machine, or a library that it
   *     needs ({@code libcuda.so.1}) is not there
   */
  @SuppressWarnings(
      "restricted") // the library has to belong to the class loader of JCuda's classes
  public static void loadLibrary(String name, String... dependents) {
    String file = System.mapLibraryName(name);
    try (InputStream library = LibUtilsCuda.class.getResourceAsStream("/lib/" + file)) {
      if (library == null) {
        throw new UnsatisfiedLinkError(
            "JCuda's library is here for Linux on x86-64 only; there is no " + file);
      }
      Path folder = Files.createTempDirectory("lmdeploy-jcuda-");
      Path copy = folder.resolve(file);
      try {
        Files.copy(library, copy);
        System.load(copy.toString());
      } finally {
        Files.deleteIfExists(copy);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("JCuda's library could not be copied out of its jar", e);
    }
  }
}

package org.lmdeploy.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of one unpacked distribution. */
record Home(Path root, Path cache) {
  static final String HOME_PROPERTY = "lmdeploy.home";
  static final String CACHE_PROPERTY = "lmdeploy.cache";

  /**
   * Finds the distribution by the system property, or from the place of this class's own jar
   * ({@code lib/}).
   */
  static Home find() throws LaunchException {
    String named = System.getProperty(HOME_PROPERTY);
    Path root = (named == null ? besideOwnJar() : Path.of(named)).toAbsolutePath().normalize();
    if (!Files.isDirectory(root.resolve("bundles"))) {
      throw new LaunchException(
          "No distribution of LMDeploy at "
              + root
              + ": it has no folder bundles/. Set -D"
              + HOME_PROPERTY
              + "=FOLDER to the folder that has bin/, bundles/ and conf/.");
    }
    String cache = System.getProperty(CACHE_PROPERTY);
    return new Home(
        root, cache == null ? root.resolve("cache") : Path.of(cache).toAbsolutePath().normalize());
  }

  private static Path besideOwnJar() throws LaunchException {
    try {
      Path jar = Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.getParent().getParent();
    } catch (URISyntaxException e) {
      throw new LaunchException(
          "The folder of the distribution cannot be told from the class path", e);
    }
  }

  Path conf() {
    return root.resolve("conf");
  }

  Path plugins() {
    return root.resolve("plugins");
  }

  /**
   * The jars that make up the product, by name, so that every start installs them in the same
   * order.
   */
  List<Path> bundles() throws LaunchException {
    Path folder = root.resolve("bundles");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new LaunchException("The folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }
}

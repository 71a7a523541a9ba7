package org.lmdeploy.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A copy of the built distribution.
 *
 * @param root its folder
 */
public record Distribution(Path root) {
  private static final Path BUILT = Path.of(System.getProperty("dist.folder"));
  private static final Path SHARED = Path.of(System.getProperty("itest.folder"), "lmdeploy");

  /** The copy that all tests use that change nothing in it: its caches serve them all. */
  static synchronized Distribution shared() throws IOException {
    Path mark = BUILT.resolve(".built");
    Path copied = SHARED.resolve(".built");
    if (!Files.exists(copied)
        || Files.getLastModifiedTime(copied).compareTo(Files.getLastModifiedTime(mark)) < 0) {
      delete(SHARED);
      copyTo(SHARED);
    }
    return new Distribution(SHARED);
  }

  /** Copies it without caches; the jars are linked, since no test changes one. */
  public static Distribution copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(BUILT)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = BUILT.relativize(file);
        if (!relative.startsWith("cache")) {
          copy(file, target.resolve(relative.toString()));
        }
      }
    }
    Files.createDirectories(target.resolve("plugins"));
    return new Distribution(target);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(to);
    } else if (from.toString().endsWith(".jar")) {
      Files.createLink(to, from);
    } else {
      Files.copy(from, to);
    }
  }

  Path script() {
    return root.resolve("bin/lmdeploy");
  }

  Path plugins() {
    return root.resolve("plugins");
  }

  Path bundles() {
    return root.resolve("bundles");
  }

  /** Runs a command and waits for its end. */
  Result run(String... arguments) throws IOException, InterruptedException {
    return pipe("", arguments);
  }

  /** Runs a command with something on its standard input and waits for its end. */
  Result pipe(String input, String... arguments) throws IOException, InterruptedException {
    return Result.of(new ProcessBuilder(command(arguments)), input);
  }

  /** The command line of a command. */
  List<String> command(String... arguments) {
    return Stream.concat(Stream.of(script().toString()), Stream.of(arguments)).toList();
  }
}

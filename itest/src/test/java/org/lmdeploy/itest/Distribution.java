package org.lmdeploy.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the built distribution that a test may change. */
record Distribution(Path root) {
  static final Path BUILT = Path.of(System.getProperty("dist.folder"));

  /** Copies it without caches; the jars are linked, since no test changes one. */
  static Distribution copyTo(Path target) throws IOException {
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
    return run("", arguments);
  }

  /** Runs a command with something on its standard input and waits for its end. */
  Result run(String input, String... arguments) throws IOException, InterruptedException {
    return Result.of(new ProcessBuilder(command(arguments)), input);
  }

  /** The command line of a command. */
  List<String> command(String... arguments) {
    return Stream.concat(Stream.of(script().toString()), Stream.of(arguments)).toList();
  }
}

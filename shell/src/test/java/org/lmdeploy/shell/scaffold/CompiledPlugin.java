package org.lmdeploy.shell.scaffold;

import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A project built by the compiler and bnd as its pom.xml would, without Maven.
 *
 * @param classes the folder of its classes, tests included
 * @param manifest what bnd writes for it
 */
record CompiledPlugin(Path classes, Manifest manifest) {
  static CompiledPlugin build(PluginProject project, Path home, Path folder) throws Exception {
    Path root = project.write(folder, home);
    Path classes = compile(root, folder.resolve("classes"));
    return new CompiledPlugin(classes, bundle(root, folder.resolve("classes")));
  }

  private static Path compile(Path root, Path classes) throws IOException {
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        var sources = Files.walk(root.resolve("src"))) {
      List<Path> javaFiles = sources.filter(source -> source.toString().endsWith(".java")).toList();
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "--release",
                      "25",
                      "-Xlint:all,-processing,-classfile,-path",
                      "-Werror",
                      "-proc:none",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "-d",
                      classes.toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(javaFiles))
              .call();
      assertTrue(compiled, messages::toString);
    }
    return classes;
  }

  private static Manifest bundle(Path root, Path classes) throws Exception {
    try (Builder bnd = new Builder()) {
      bnd.setProperties(bnd.loadProperties(root.resolve("bnd.bnd").toFile()));
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        bnd.addClasspath(new File(entry));
      }
      bnd.setProperty("Bundle-SymbolicName", root.getFileName().toString());
      bnd.setProperty("-includeresource", classes.toString());
      try (Jar jar = bnd.build()) {
        assertTrue(bnd.getErrors().isEmpty(), () -> bnd.getErrors().toString());
        return jar.getManifest();
      }
    }
  }

  String header(String name) {
    return Map.copyOf(manifest.getMainAttributes()).entrySet().stream()
        .filter(entry -> entry.getKey().toString().equals(name))
        .map(entry -> entry.getValue().toString())
        .findFirst()
        .orElse("");
  }
}

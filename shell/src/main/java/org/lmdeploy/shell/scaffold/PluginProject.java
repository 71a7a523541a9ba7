package org.lmdeploy.shell.scaffold;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * A project that builds a plugin with Maven and bnd alone.
 *
 * @param kind what the plugin is
 * @param name its name: of the project, the bundle and what it offers
 * @param packageName the Java package of its classes
 */
public record PluginProject(PluginKind kind, String name, String packageName) {
  private static final String NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  /** Checks the names. */
  public PluginProject {
    if (!name.matches(NAME)) {
      throw new InvalidRequestException(
          "name",
          "'"
              + name
              + "' is no name for a plugin; small letters, digits and '-' are, as in my-plugin");
    }
    if (!SourceVersion.isName(packageName)) {
      throw new InvalidRequestException(
          "package",
          "'"
              + packageName
              + "' is no name of a Java package; --package gives another, as in"
              + " com.example.mine");
    }
  }

  /** A project in the package {@code org.example.NAME}. */
  public static PluginProject of(PluginKind kind, String name) {
    return new PluginProject(kind, name, "org.example." + name.replace("-", ""));
  }

  /**
   * Its files by their paths in the project.
   *
   * @param home the distribution that it is built for
   */
  public Map<Path, String> files(Path home) {
    Map<Path, String> files = new LinkedHashMap<>();
    String version = version(home);
    String dependencies =
        kind.libraries().stream()
            .map(library -> read("common/dependency.xml").replace("@artifact@", library))
            .collect(Collectors.joining());
    files.put(
        Path.of("pom.xml"),
        fill(
            read("common/pom.xml")
                .replace("@dependencies@", dependencies)
                .replace("@home@", escaped(home.toString()))
                .replace("@version@", version)));
    files.put(Path.of("bnd.bnd"), fill(read(kind.id() + "/bnd.bnd")));
    files.put(
        Path.of("README.md"),
        fill(
            read("common/README.md")
                .replace("@home@", home.toString())
                .replace("@kind@", kind.title())
                .replace("@use@", kind.use())));
    sources().forEach((file, text) -> files.put(Path.of("src/main/java").resolve(file), text));
    kind.tests()
        .forEach(
            test ->
                files.put(
                    Path.of("src/test/java").resolve(file(className() + test)),
                    fill(read(kind.id() + "/" + test + ".java.in"))));
    return files;
  }

  /** The classes that the plugin consists of, by their paths below the source folder. */
  public Map<Path, String> sources() {
    Map<Path, String> sources = new LinkedHashMap<>();
    kind.sources()
        .forEach(
            source ->
                sources.put(
                    file(className() + source), fill(read(kind.id() + "/" + source + ".java.in"))));
    return sources;
  }

  /**
   * Writes the project into a folder of its name.
   *
   * @return that folder
   * @throws InvalidRequestException if it exists, or cannot be written
   */
  public Path write(Path parent, Path home) {
    Path folder = parent.resolve(name).toAbsolutePath().normalize();
    if (Files.exists(folder)) {
      throw new InvalidRequestException("name", folder + " exists already; nothing was written");
    }
    Map<Path, String> files = files(home);
    try {
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Path target = folder.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        Files.writeString(target, file.getValue());
      }
    } catch (IOException e) {
      throw new InvalidRequestException(
          "dir", "the project " + folder + " cannot be written: " + e.getMessage(), e);
    }
    return folder;
  }

  private Path file(String className) {
    return Path.of(packageName.replace('.', '/')).resolve(className + ".java");
  }

  private String className() {
    return Stream.of(name.split("-"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }

  private String fill(String template) {
    return template
        .replace("@name@", name)
        .replace("@Name@", className())
        .replace("@function@", name.replace('-', '_'))
        .replace("@package@", packageName);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  /** The version in the names of the distribution's jars. */
  private static String version(Path home) {
    String prefix = "engine.api-";
    try (Stream<Path> jars = Files.list(home.resolve("bundles"))) {
      return jars.map(jar -> jar.getFileName().toString())
          .filter(jar -> jar.startsWith(prefix) && jar.endsWith(".jar"))
          .map(jar -> jar.substring(prefix.length(), jar.length() - ".jar".length()))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidRequestException(
                      "home", home.resolve("bundles") + " has no " + prefix + "VERSION.jar"));
    } catch (IOException e) {
      throw new InvalidRequestException(
          "home", "no distribution can be read at " + home + ": " + e.getMessage(), e);
    }
  }

  private static String read(String template) {
    try (InputStream in = PluginProject.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new FileNotFoundException("the template " + template + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

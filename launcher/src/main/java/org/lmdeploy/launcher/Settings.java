package org.lmdeploy.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The framework's configuration: {@code conf/framework.properties}, where {@code ${name}} stands
 * for a system property, overridden by system properties of the same name.
 */
final class Settings {
  private static final String PREFIX = "lmdeploy.launcher.";
  private final Map<String, String> values = new HashMap<>();

  private Settings() {}

  static Settings read(Home home, Path storage) throws LaunchException {
    System.setProperty(Home.HOME_PROPERTY, home.root().toString());
    System.setProperty(Home.CACHE_PROPERTY, home.cache().toString());
    System.setProperty("lmdeploy.storage", storage.toString());
    Path file = home.conf().resolve("framework.properties");
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new LaunchException(
          "The configuration " + file + " cannot be read: " + e.getMessage(), e);
    }
    Settings settings = new Settings();
    for (String name : properties.stringPropertyNames()) {
      settings.values.put(
          name, System.getProperty(name, expand(properties.getProperty(name), file)));
    }
    return settings;
  }

  private static String expand(String text, Path file) throws LaunchException {
    int open = text.indexOf("${");
    if (open < 0) {
      return text;
    }
    int close = text.indexOf('}', open);
    String name = close < 0 ? "" : text.substring(open + 2, close);
    String value = name.isEmpty() ? null : System.getProperty(name);
    if (value == null) {
      throw new LaunchException(
          file + " refers to ${" + name + "}, which is no system property, in: " + text);
    }
    return text.substring(0, open) + value + expand(text.substring(close + 1), file);
  }

  /** What the framework itself is configured with. */
  Map<String, Object> framework() {
    Map<String, Object> framework = new HashMap<>(values);
    framework.keySet().removeIf(name -> name.startsWith(PREFIX));
    return framework;
  }

  /** A comma-separated list of this launcher's own settings. */
  List<String> list(String name) {
    String value = values.getOrDefault(PREFIX + name, "");
    return Arrays.stream(value.split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }
}

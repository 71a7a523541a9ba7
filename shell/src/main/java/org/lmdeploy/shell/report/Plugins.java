package org.lmdeploy.shell.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.PluginFolder;

/** What is in the plugins folder, and how it is doing. */
public final class Plugins {
  private Plugins() {}

  /** A table of the plugins; below each what is wrong with it. */
  public static List<String> table(PluginFolder folder, Diagnosis diagnosis) {
    List<Plugin> plugins = folder.plugins();
    if (plugins.isEmpty()) {
      return List.of(
          "No plugin is in " + folder.folder() + ". lmdeploy plugin new makes a project for one.");
    }
    List<String> lines = new ArrayList<>();
    lines.add(line("FILE", "STATE", "BUNDLE", "VERSION", "OFFERS"));
    for (Plugin plugin : plugins) {
      lines.add(
          line(
              plugin.file(),
              plugin.state().name().toLowerCase(Locale.ROOT),
              plugin.name(),
              plugin.version(),
              String.join(", ", plugin.offers())));
      if (!plugin.reason().isEmpty()) {
        lines.add("  " + plugin.reason());
      }
      diagnosis.ofBundle(plugin.bundle()).forEach(problem -> lines.add("  " + problem));
    }
    return lines;
  }

  private static String line(String file, String state, String name, String version, String what) {
    return String.format("%-28s %-10s %-28s %-16s %s", file, state, name, version, what)
        .stripTrailing();
  }
}

package org.lmdeploy.plugin.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.Plugin.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line in the log for each change of a plugin. */
final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger("org.lmdeploy.plugin");

  private Map<String, Plugin> before = Map.of();

  void write(List<Plugin> plugins) {
    Map<String, Plugin> now = new HashMap<>();
    for (Plugin plugin : plugins) {
      // A file that is being copied changes from look to look.
      if (plugin.state() != State.COPYING) {
        now.put(plugin.file(), plugin);
        if (!plugin.equals(before.get(plugin.file()))) {
          tell(plugin, before.get(plugin.file()));
        }
      }
    }
    before.forEach(
        (file, plugin) -> {
          if (plugins.stream().noneMatch(one -> one.file().equals(file))) {
            LOG.info("plugin {} is removed: {} {}", file, plugin.name(), plugin.version());
          }
        });
    before = now;
  }

  private static void tell(Plugin plugin, Plugin earlier) {
    String subject = (plugin.name() + " " + plugin.version()).strip();
    String file = plugin.file() + (subject.isEmpty() ? "" : " (" + subject + ")");
    if (!plugin.reason().isEmpty()) {
      String verb = plugin.state() == State.ACTIVE ? "runs on" : "is not admitted";
      LOG.warn("plugin {} {}: {}", file, verb, plugin.reason());
    } else if (plugin.state() == State.ACTIVE) {
      String offers = String.join(", ", plugin.offers());
      boolean updated =
          earlier != null && earlier.state() == State.ACTIVE && earlier.bundle() != plugin.bundle();
      LOG.info(
          "plugin {} {}{}",
          file,
          updated ? "is updated and runs" : "runs",
          offers.isEmpty() ? "" : "; it offers " + offers);
    } else {
      LOG.info("plugin {} is {}", file, plugin.state().name().toLowerCase(Locale.ROOT));
    }
  }
}

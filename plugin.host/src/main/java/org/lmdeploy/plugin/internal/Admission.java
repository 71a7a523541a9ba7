package org.lmdeploy.plugin.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.Plugin.State;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Makes the running bundles follow the files. New content is installed and resolved beside what
 * runs and takes its place only when it can; whatever lacks something waits and is looked at again
 * with every change. Used by one thread.
 */
final class Admission {
  /** A file that so many looks find incomplete, and unchanged, is no jar. */
  private static final int PATIENCE = 4;

  private final PluginBundles framework;
  private final Requirements requirements;
  private final SortedMap<Path, PluginFile> files = new TreeMap<>();
  private boolean changed;

  Admission(PluginBundles framework, Requirements requirements) {
    this.framework = framework;
    this.requirements = requirements;
  }

  /** All files as they are now. */
  List<Plugin> describe() {
    return files.values().stream().map(PluginFile::describe).toList();
  }

  /**
   * Does what has to be done about the folder's present contents.
   *
   * @param trustUnsettled whether a file that was not seen before may be taken at once if it is a
   *     complete jar
   */
  void follow(List<FolderScan.Seen> seen, boolean trustUnsettled)
      throws BundleException, InterruptedException {
    changed |= removeGone(seen);
    for (FolderScan.Seen one : seen) {
      PluginFile file = files.computeIfAbsent(one.file(), PluginFile::new);
      if (!one.stamp().equals(file.stamp)) {
        if (!one.settled()) {
          file.incomplete = 0;
        }
        if (one.settled() || trustUnsettled) {
          changed |= read(file, one.stamp());
        }
      }
    }
    if (changed) {
      admit();
      changed = false; // had it failed, the next look would go on with it
    }
  }

  private boolean removeGone(List<FolderScan.Seen> seen) throws BundleException {
    Set<Path> there = new HashSet<>();
    seen.forEach(one -> there.add(one.file()));
    List<PluginFile> gone =
        files.values().stream().filter(file -> !there.contains(file.path)).toList();
    for (PluginFile file : gone) {
      uninstall(file.next);
      uninstall(file.current);
      files.remove(file.path);
    }
    return !gone.isEmpty();
  }

  /** Whether there is something new to be admitted. */
  private boolean read(PluginFile file, FolderScan.Stamp stamp) throws BundleException {
    try {
      BundleJar jar = BundleJar.read(file.path);
      uninstall(file.next);
      file.next = null;
      file.jar = jar;
      file.stamp = stamp;
      file.problem = "";
      return true;
    } catch (IOException e) {
      file.incomplete++;
      String reason = "it is no complete jar: " + e.getMessage();
      if (file.incomplete < PATIENCE) {
        file.problem(State.COPYING, reason);
        return false;
      }
      return refuse(file, stamp, reason);
    } catch (BundleJar.NoBundleException e) {
      return refuse(file, stamp, e.getMessage());
    }
  }

  private static boolean refuse(PluginFile file, FolderScan.Stamp stamp, String reason)
      throws BundleException {
    uninstall(file.next);
    file.next = null;
    file.stamp = stamp;
    file.jar = null;
    file.problem(State.REFUSED, reason);
    return false;
  }

  private void admit() throws BundleException, InterruptedException {
    files.values().forEach(this::install);
    framework.resolve(candidates());
    for (PluginFile file : files.values()) {
      if (file.next != null && PluginBundles.isResolved(file.next)) {
        uninstall(file.current);
        file.current = file.next;
        file.next = null;
        file.toBeStarted = true;
        file.problem = "";
      }
    }
    framework.refresh();
    start();
    for (PluginFile file : files.values()) {
      if (file.next != null) {
        file.problem(State.UNRESOLVED, whyUnresolved(file.next));
      }
    }
  }

  /** Installs what has been read and is not installed yet: new content, or what was refused. */
  private void install(PluginFile file) {
    if (file.jar == null || file.next != null || isCurrent(file)) {
      return;
    }
    String name = file.jar.name();
    for (PluginFile other : files.values()) {
      if (other != file && other.isOrWillBe(name)) {
        file.problem(
            State.REFUSED,
            "the bundle " + name + " is already there, from " + other.name() + "; remove one");
        return;
      }
    }
    if (framework.isPartOfTheDistribution(name)) {
      file.problem(
          State.REFUSED,
          "the bundle " + name + " is a part of the distribution; a plugin needs another name");
      return;
    }
    try {
      file.next = framework.install(file.path);
      file.installed = file.stamp;
    } catch (BundleException | IOException e) {
      file.problem(State.REFUSED, "the framework does not take it: " + e.getMessage());
    }
  }

  private static boolean isCurrent(PluginFile file) {
    return file.stamp.equals(file.installed);
  }

  private List<Bundle> candidates() {
    return files.values().stream()
        .filter(file -> file.next != null)
        .map(file -> file.next)
        .toList();
  }

  /** A bundle that was wired to one that went away waits again. */
  private void start() throws BundleException {
    Map<Bundle, PluginFile> toStart = new LinkedHashMap<>();
    for (PluginFile file : files.values()) {
      if (file.current != null && !PluginBundles.isResolved(file.current)) {
        if (file.next == null) {
          file.next = file.current;
        } else {
          uninstall(file.current);
        }
        file.current = null;
      } else if (file.toBeStarted) {
        file.toBeStarted = false;
        toStart.put(file.current, file);
      }
    }
    for (Bundle bundle : PluginBundles.providersFirst(toStart.keySet())) {
      try {
        PluginBundles.start(bundle);
      } catch (BundleException e) {
        toStart.get(bundle).problem(State.FAILED, "its start failed: " + innermost(e));
      }
    }
  }

  private String whyUnresolved(Bundle bundle) {
    List<String> missing = requirements.missing(bundle);
    return missing.isEmpty()
        ? "it does not go together with the other bundles: " + resolveError(bundle)
        : "it requires " + String.join("; it requires ", missing);
  }

  private static String resolveError(Bundle bundle) {
    try {
      PluginBundles.start(bundle);
      return "it could not be resolved at first, and now can";
    } catch (BundleException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private static void uninstall(Bundle bundle) throws BundleException {
    if (bundle != null && bundle.getState() != Bundle.UNINSTALLED) {
      bundle.uninstall();
    }
  }
}

package org.lmdeploy.plugin.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.Plugin.State;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;

/**
 * One jar of the folder and the bundles made of it: the one that runs, and the one of newer content
 * that waits to take its place.
 */
final class PluginFile {
  private static final String OURS = "lmdeploy.";

  final Path path;

  /** The content that was last read; null before the first. */
  FolderScan.Stamp stamp;

  /** The content that the newest of its bundles was made of; null before the first. */
  FolderScan.Stamp installed;

  /** What the content that was last read says it is; null if it is no bundle. */
  BundleJar jar;

  /** Runs, or would if its start had not failed; null if there is none. */
  Bundle current;

  /** Made of newer content, installed and not yet resolved; null if there is none. */
  Bundle next;

  /** Why the newest content is not admitted; empty if it is, or will be looked at. */
  String problem = "";

  /** What the problem makes of a file without a running bundle. */
  State problemState = State.REFUSED;

  /** Whether the current bundle has not been started yet; later somebody may stop it by hand. */
  boolean toBeStarted;

  /** How often the file's content was found to be no complete jar. */
  int incomplete;

  PluginFile(Path path) {
    this.path = path;
  }

  String name() {
    return path.getFileName().toString();
  }

  void problem(State state, String reason) {
    problemState = state;
    problem = reason;
  }

  boolean isOrWillBe(String symbolicName) {
    return hasName(current, symbolicName) || hasName(next, symbolicName);
  }

  private static boolean hasName(Bundle bundle, String name) {
    return bundle != null && bundle.getSymbolicName().equals(name);
  }

  /** This file as others see it. */
  Plugin describe() {
    Bundle shown = current != null ? current : next;
    String name = jar == null ? "" : jar.name();
    String version = jar == null ? "" : jar.version();
    if (shown != null) {
      name = shown.getSymbolicName();
      version = shown.getVersion().toString();
    }
    return new Plugin(
        name(),
        name,
        version,
        shown == null ? -1 : shown.getBundleId(),
        state(),
        reason(),
        offers(shown));
  }

  private String reason() {
    if (current == null || problem.isEmpty() || problemState == State.FAILED) {
      return problem;
    }
    return problemState == State.COPYING
        ? ""
        : "the file's new content is not admitted, the old runs on: " + problem;
  }

  private State state() {
    if (current == null || (!problem.isEmpty() && problemState == State.FAILED)) {
      return problem.isEmpty() ? State.COPYING : problemState;
    }
    return (current.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0
        ? State.ACTIVE
        : State.STOPPED;
  }

  private static List<String> offers(Bundle bundle) {
    BundleRevision revision = bundle == null ? null : bundle.adapt(BundleRevision.class);
    if (revision == null) {
      return List.of();
    }
    return revision.getDeclaredCapabilities(null).stream()
        .filter(capability -> capability.getNamespace().startsWith(OURS))
        .map(
            capability ->
                capability.getNamespace().substring(OURS.length())
                    + " "
                    + Objects.toString(
                        capability.getAttributes().get(capability.getNamespace()), ""))
        .map(String::strip)
        .sorted()
        .toList();
  }
}

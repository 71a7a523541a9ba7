package org.lmdeploy.plugin;

import java.util.List;

/**
 * A jar of the plugins folder.
 *
 * @param file its name in the folder
 * @param name the bundle's symbolic name; empty while that is unknown
 * @param version the bundle's version; empty while that is unknown
 * @param bundle its number in the framework, another one after each update; -1 if there is none
 * @param state how it is doing
 * @param reason why it does not run, or why its newest content does not; empty if all is well
 * @param offers the capabilities of the platform that it declares, for example {@code family olmo}
 */
public record Plugin(
    String file,
    String name,
    String version,
    long bundle,
    State state,
    String reason,
    List<String> offers) {
  /** How a plugin is doing. */
  public enum State {
    /** It runs. */
    ACTIVE,
    /** The file is still being written, or is no complete jar yet. */
    COPYING,
    /** A bundle that lacks something it requires; it starts when that comes. */
    UNRESOLVED,
    /** The file is no bundle, or one that cannot be admitted beside the others. */
    REFUSED,
    /** Its start failed. */
    FAILED,
    /** Somebody stopped it by hand. */
    STOPPED
  }

  /** Copies the list. */
  public Plugin {
    offers = List.copyOf(offers);
  }
}

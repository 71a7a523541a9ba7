package org.lmdeploy.api.ops;

import java.util.List;

/**
 * A device of this machine.
 *
 * @param id how an option names it: {@code host}, {@code cuda:0}
 * @param kind {@code host}, {@code cuda}, ...
 * @param description what it is, for people
 * @param totalMemory bytes
 * @param sharesHostMemory whether its memory is the machine's own, so that mapped weights take no
 *     second copy and caches grow as they are used
 * @param details further facts, one a line: instruction set, threads, driver
 */
public record DeviceInfo(
    String id,
    String kind,
    String description,
    long totalMemory,
    boolean sharesHostMemory,
    List<String> details) {
  /** Copies the details. */
  public DeviceInfo {
    details = List.copyOf(details);
  }
}

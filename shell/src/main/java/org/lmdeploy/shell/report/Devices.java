package org.lmdeploy.shell.report;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.runtime.ModelManager;

/** What models can run on. */
public final class Devices {
  private Devices() {}

  /** A line for each device and what is known of it, and for each kind that cannot be used. */
  public static List<String> lines(ModelManager manager) {
    List<String> lines = new ArrayList<>();
    manager
        .devices()
        .forEach(
            device -> {
              lines.add(
                  device.id()
                      + ": "
                      + device.description()
                      + ", "
                      + Sizes.bytes(device.totalMemory()));
              device.details().forEach(detail -> lines.add("  " + detail));
            });
    manager.unavailableDevices().forEach(line -> lines.add("cannot be used: " + line));
    return lines;
  }
}

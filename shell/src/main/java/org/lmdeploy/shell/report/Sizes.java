package org.lmdeploy.shell.report;

import java.util.Locale;

/** Amounts of memory as people read them. */
final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final double STEP = 1024;

  private Sizes() {}

  static String bytes(long amount) {
    double value = amount;
    int unit = 0;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return unit == 0 ? amount + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}

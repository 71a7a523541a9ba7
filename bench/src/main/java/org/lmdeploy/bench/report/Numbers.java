package org.lmdeploy.bench.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {
  private Numbers() {}

  /** With two decimals, or three where it is small; "-" for no number. */
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.2f", value);
  }

  /** A share in percent. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** Bytes in megabytes or gigabytes of powers of ten. */
  static String bytes(double bytes) {
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%.1f MB", bytes * 1e-6)
        : String.format(Locale.ROOT, "%.2f GB", bytes * 1e-9);
  }
}

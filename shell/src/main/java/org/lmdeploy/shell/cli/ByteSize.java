package org.lmdeploy.shell.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmdeploy.api.error.InvalidRequestException;

/** Amounts of bytes as people write them: 5GB is 5,000,000,000 and 5GiB is 5 times 2^30. */
final class ByteSize {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*(\\w*)");
  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("", 1L),
          Map.entry("B", 1L),
          Map.entry("KB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("KIB", 1L << 10),
          Map.entry("MIB", 1L << 20),
          Map.entry("GIB", 1L << 30),
          Map.entry("TIB", 1L << 40));

  private ByteSize() {}

  static long parse(String flag, String text) {
    Matcher form = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    Long unit = form.matches() ? UNITS.get(form.group(2)) : null;
    BigDecimal bytes =
        unit == null
            ? BigDecimal.ZERO
            : new BigDecimal(form.group(1)).multiply(new BigDecimal(unit));
    if (bytes.compareTo(BigDecimal.ONE) < 0
        || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new InvalidRequestException(
          flag, "--" + flag + " is " + text + "; a size is needed, for example 5GB or 500MiB");
    }
    return bytes.longValue();
  }
}

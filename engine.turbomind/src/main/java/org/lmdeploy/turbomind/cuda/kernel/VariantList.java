package org.lmdeploy.turbomind.cuda.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variants of a kernel, read from the {@code .def} list that the compiler makes them from:
 * lines {@code NAME(number, number, ...)}.
 */
public final class VariantList {
  private static final Pattern ENTRY =
      Pattern.compile("^([A-Z_0-9]+)\\(\\s*([0-9]+(?:\\s*,\\s*[0-9]+)*)\\s*\\)");

  private VariantList() {}

  /** The numbers of all entries of a name, in the list's order. */
  public static List<int[]> read(String list, String name) {
    List<int[]> entries = new ArrayList<>();
    for (String line : list.lines().toList()) {
      Matcher entry = ENTRY.matcher(line.strip());
      if (entry.find() && entry.group(1).equals(name)) {
        entries.add(
            Arrays.stream(entry.group(2).split(","))
                .mapToInt(number -> Integer.parseInt(number.strip()))
                .toArray());
      }
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("the list of kernels has no entry " + name);
    }
    return entries;
  }
}

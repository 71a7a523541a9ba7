package org.lmdeploy.shell.cli;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** In the names of flags {@code _} equals {@code -}, as with LMDeploy. */
final class FlagNames {
  private static final Pattern FLAG =
      Pattern.compile("(--[A-Za-z][A-Za-z0-9_-]*)(=.*)?", Pattern.DOTALL);

  private FlagNames() {}

  static String[] normalize(String... arguments) {
    return Arrays.stream(arguments).map(FlagNames::normalize).toArray(String[]::new);
  }

  private static String normalize(String argument) {
    Matcher flag = FLAG.matcher(argument);
    if (!flag.matches()) {
      return argument;
    }
    return flag.group(1).replace('_', '-') + (flag.group(2) == null ? "" : flag.group(2));
  }
}

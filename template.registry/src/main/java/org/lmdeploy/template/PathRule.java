package org.lmdeploy.template;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Matches a model's path, in lower case.
 *
 * @param all what it has to contain
 * @param none what it must not contain
 */
record PathRule(List<String> all, List<String> none) {
  boolean matches(String path) {
    return all.stream().allMatch(path::contains) && none.stream().noneMatch(path::contains);
  }

  String describe() {
    String contained = quoted(all);
    return none.isEmpty() ? contained : contained + " but not " + quoted(none);
  }

  private static String quoted(List<String> parts) {
    return parts.stream().map(part -> "'" + part + "'").collect(Collectors.joining(" and "));
  }
}

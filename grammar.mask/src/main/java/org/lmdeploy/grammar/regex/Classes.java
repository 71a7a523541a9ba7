package org.lmdeploy.grammar.regex;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The named classes. Dialects differ in which characters are spaces, digits or line ends; a class
 * here has only what is in it in all of them, so that a text of ours matches whichever is used.
 */
final class Classes {
  static final CodePoints DIGITS = CodePoints.range('0', '9');
  static final CodePoints WORD =
      DIGITS.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of("_"));
  static final CodePoints SPACES = CodePoints.of(" \t\n\u000b\f\r");

  /** Also without the separators that Python counts as spaces. */
  static final CodePoints NO_SPACES =
      SPACES
          .or(CodePoints.range(0x1c, 0x1f))
          .or(CodePoints.of("\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"))
          .or(CodePoints.range(0x2000, 0x200a))
          .not();

  static final CodePoints NO_NEW_LINE = CodePoints.of("\n").not();
  static final CodePoints NO_LINE_END = CodePoints.of("\n\r\u0085\u2028\u2029").not();

  private static final Pattern CATEGORY =
      Pattern.compile("(?:gc=|General_Category=)?(\\p{Alpha}{1,2})");
  private static final Pattern SCRIPT = Pattern.compile("(?:sc|Script)=(\\p{Alpha}[\\p{Alpha}_]*)");

  /** There are some two hundred. */
  private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

  private Classes() {}

  /** The characters of {@code \p{NAME}}: a general category, or a script. */
  static Optional<CodePoints> property(String name) {
    var category = CATEGORY.matcher(name);
    var script = SCRIPT.matcher(name);
    if (category.matches()) {
      return known(category.group(1));
    }
    return script.matches()
        ? known("script=" + script.group(1).toUpperCase(Locale.ROOT))
        : Optional.empty();
  }

  private static Optional<CodePoints> known(String javaName) {
    CodePoints known = KNOWN.get(javaName);
    if (known == null) {
      Pattern pattern;
      try {
        pattern = Pattern.compile("\\p{" + javaName + "}");
      } catch (IllegalArgumentException _) {
        return Optional.empty(); // the caller says that there is no such property
      }
      var predicate = pattern.asMatchPredicate();
      known = CodePoints.where(c -> predicate.test(Character.toString(c)));
      KNOWN.put(javaName, known);
    }
    return Optional.of(known);
  }
}

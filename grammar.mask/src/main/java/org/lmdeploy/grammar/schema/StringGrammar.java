package org.lmdeploy.grammar.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.json.JsonText;
import org.lmdeploy.grammar.regex.CodePoints;
import org.lmdeploy.grammar.regex.Regex;
import org.lmdeploy.grammar.regex.RegexParser;
import org.lmdeploy.grammar.regex.Spelling;

/** Which strings are permitted. */
final class StringGrammar {
  /** Formats that OpenAPI gives to numbers. */
  private static final Set<String> OF_NUMBERS = Set.of("int32", "int64", "float", "double");

  private final Budget budget;
  private final List<Regex> patterns = new ArrayList<>();
  private Dfa matching;
  private int least;
  private int most = Integer.MAX_VALUE;

  StringGrammar(Budget budget) {
    this.budget = budget;
  }

  /** Takes the keywords of a schema in. */
  void add(SchemaNode node) {
    least = Math.max(least, node.count("minLength").orElse(0));
    most = Math.min(most, node.count("maxLength").orElse(Integer.MAX_VALUE));
    node.text("pattern")
        .ifPresent(
            pattern ->
                patterns.add(
                    RegexParser.somewhere("the schema's " + node.path() + "/pattern", pattern)));
    node.text("format")
        .filter(format -> !OF_NUMBERS.contains(format))
        .ifPresent(
            format ->
                patterns.add(
                    Regex.of(
                        Formats.pattern(format)
                            .orElseThrow(
                                () ->
                                    node.unsupported(
                                        "format",
                                        "\"" + format + "\" is none of " + Formats.names())))));
  }

  /** The strings with their quotes. */
  Element element() {
    if (patterns.isEmpty() && least <= most) {
      return JsonText.string(least, most);
    }
    Dfa dfa = quoted();
    return dfa.isEmpty() ? Elements.choice(List.of()) : dfa.start();
  }

  /** The strings with their quotes as an automaton. */
  Dfa quoted() {
    if (least > most) {
      return JsonText.quoted(new Regex.Either(List.of()), budget);
    }
    Dfa all = matching();
    if (least > 0 || most < Integer.MAX_VALUE) {
      Regex length = new Regex.Times(new Regex.One(CodePoints.ALL), least, most);
      all = all.and(JsonText.quoted(length, budget), budget);
    }
    return all;
  }

  boolean permits(String text) {
    int length = text.codePointCount(0, text.length());
    if (length < least || length > most) {
      return false;
    }
    byte[] quoted = ('"' + Spelling.json(text) + '"').getBytes(StandardCharsets.UTF_8);
    matching = matching == null ? matching() : matching;
    return matching.contains(quoted);
  }

  /** The strings that all patterns match. */
  private Dfa matching() {
    Dfa all = JsonText.KEY;
    for (Regex pattern : patterns) {
      all = all.and(JsonText.quoted(pattern, budget), budget);
    }
    return all;
  }
}

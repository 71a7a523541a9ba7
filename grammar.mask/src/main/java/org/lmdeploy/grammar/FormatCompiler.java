package org.lmdeploy.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Literal;
import org.lmdeploy.grammar.automaton.Liveness;
import org.lmdeploy.grammar.automaton.SpecialToken;
import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.json.JsonValues;
import org.lmdeploy.grammar.regex.Nfa;
import org.lmdeploy.grammar.regex.Regex;
import org.lmdeploy.grammar.regex.RegexParser;
import org.lmdeploy.grammar.regex.Spelling;
import org.lmdeploy.grammar.schema.SchemaCompiler;

/** Makes the grammar of an output format. */
final class FormatCompiler {
  private static final int MOST_DEPTH = 100;

  /** Repetitions of a part that may be empty: each is a way of reading nothing. */
  private static final int MOST_EMPTY = 100;

  private final Map<String, Integer> specials;
  private final Budget budget;
  private int depth;

  /**
   * @param specials the special tokens by their texts
   */
  FormatCompiler(Map<String, Integer> specials, Budget budget) {
    this.specials = specials;
    this.budget = budget;
  }

  Element element(OutputFormat format) {
    budget.nodes(1);
    if (++depth > MOST_DEPTH) {
      throw new InvalidRequestException(
          "response_format", "an output format is nested deeper than " + MOST_DEPTH);
    }
    Element element =
        switch (format) {
          case OutputFormat.JsonObject _ -> JsonValues.object();
          case OutputFormat.JsonSchema schema -> SchemaCompiler.compile(schema.schema(), budget);
          case OutputFormat.Regex regex -> regex(regex.pattern());
          case OutputFormat.Literal literal -> literal(literal.text());
          case OutputFormat.Until until -> until(until.end());
          case OutputFormat.Sequence sequence -> Elements.sequence(elements(sequence.parts()));
          case OutputFormat.Choice choice -> Elements.choice(elements(choice.options()));
          case OutputFormat.Repeat repeat -> repeat(repeat);
        };
    depth--;
    return element;
  }

  private List<Element> elements(List<OutputFormat> formats) {
    return formats.stream().map(this::element).toList();
  }

  private Element repeat(OutputFormat.Repeat repeat) {
    Element part = element(repeat.part());
    boolean mayBeEmpty = Liveness.compute(part) && State.of(new Stack(part, null)).mayEnd();
    if (mayBeEmpty
        && repeat.most() != OutputFormat.Repeat.UNLIMITED
        && repeat.most() > MOST_EMPTY) {
      throw new InvalidRequestException(
          "response_format",
          "a part that may be empty is repeated up to "
              + repeat.most()
              + " times; up to "
              + MOST_EMPTY
              + " times or without a limit is possible");
    }
    // as many as are wanted may be empty ones
    return Elements.loop(part, mayBeEmpty ? 0 : repeat.least(), repeat.most());
  }

  private Element regex(String pattern) {
    Regex regex = RegexParser.whole("regex_schema", pattern);
    Dfa dfa = Nfa.dfa(regex, Spelling.PLAIN, budget);
    return dfa.isEmpty() ? Elements.choice(List.of()) : dfa.start();
  }

  private Element literal(String text) {
    budget.nodes(text.length());
    List<Element> parts = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < text.length(); ) {
      String special = specialAt(text, at);
      if (special == null) {
        at++;
        continue;
      }
      if (at > start) {
        parts.add(Literal.of(text.substring(start, at)));
      }
      parts.add(new SpecialToken(specials.get(special)));
      at += special.length();
      start = at;
    }
    if (start < text.length()) {
      parts.add(Literal.of(text.substring(start)));
    }
    return Elements.sequence(parts);
  }

  /** The longest special token that is written at a place. */
  private String specialAt(String text, int at) {
    String longest = null;
    for (String special : specials.keySet()) {
      if (!special.isEmpty()
          && text.startsWith(special, at)
          && (longest == null || special.length() > longest.length())) {
        longest = special;
      }
    }
    return longest;
  }

  private Element until(String end) {
    for (int at = 0; at < end.length(); at++) {
      if (specialAt(end, at) != null) {
        Element before = Nfa.dfa(Regex.anything(), Spelling.PLAIN, budget).start();
        return Elements.sequence(before, literal(end));
      }
    }
    Regex regex = Regex.concat(Regex.anything(), Regex.text(end));
    return Nfa.dfa(regex, Spelling.PLAIN, budget).firstOnly().start();
  }
}

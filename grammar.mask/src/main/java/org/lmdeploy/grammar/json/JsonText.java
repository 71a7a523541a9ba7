package org.lmdeploy.grammar.json;

import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Literal;
import org.lmdeploy.grammar.regex.Nfa;
import org.lmdeploy.grammar.regex.Regex;
import org.lmdeploy.grammar.regex.Spelling;

/**
 * The parts of JSON that do not depend on a schema. All grammars share them, and what is kept of
 * them.
 */
public final class JsonText {
  /**
   * One character of a string, in any spelling. Halves of a surrogate pair come together or not at
   * all.
   */
  static final Dfa CHARACTER =
      plain(
          "[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u(?:[0-9a-cefA-CEF][0-9a-fA-F]{3}"
              + "|[dD][0-7][0-9a-fA-F]{2}"
              + "|[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}))");

  /** Any string with its quotes, each character in one spelling. */
  public static final Dfa KEY = quoted(Regex.anything(), new Budget("a key"));

  static final Literal COLON = Literal.of(":");
  static final Literal COMMA = Literal.of(",");
  static final Literal OPEN_OBJECT = Literal.of("{");
  static final Literal CLOSE_OBJECT = Literal.of("}");
  static final Literal OPEN_ARRAY = Literal.of("[");
  static final Literal CLOSE_ARRAY = Literal.of("]");

  /** Nothing or a space. */
  static final Element SPACE = plain(" ?").start();

  /** Nothing, a space, or a new line with an indentation: what is between members. */
  static final Element GAP = plain("(?: |\\n {0,32}|\\n\\t{1,16})?").start();

  /** The value null. */
  public static final Element NULL = Literal.of("null");

  /** The value true. */
  public static final Element TRUE = Literal.of("true");

  /** The value false. */
  public static final Element FALSE = Literal.of("false");

  /** Most digits of an integer. */
  public static final int MOST_DIGITS = 18;

  /** Any integer of up to {@link #MOST_DIGITS} digits. */
  public static final Element INTEGER = plain("-?(?:0|[1-9][0-9]{0,17})").start();

  /** Any number of bounded length. Exponents are such that it is finite as a double. */
  public static final Element NUMBER =
      plain("-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?").start();

  /** Any string with its quotes. */
  public static final Element STRING =
      Nfa.dfa(
              Regex.of(
                  "\"(?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u(?:[0-9a-cefA-CEF][0-9a-fA-F]{3}"
                      + "|[dD][0-7][0-9a-fA-F]{2}"
                      + "|[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})))*\""),
              Spelling.PLAIN,
              new Budget("a string"))
          .start();

  private JsonText() {}

  private static Dfa plain(String pattern) {
    return Nfa.dfa(Regex.of(pattern), Spelling.PLAIN, new Budget("a built-in pattern"));
  }

  /** The strings whose characters an expression describes, with their quotes. */
  public static Dfa quoted(Regex regex, Budget budget) {
    return Nfa.dfa(regex, Spelling.JSON, budget).between('"', budget);
  }

  /**
   * Any string with its quotes of some length in characters.
   *
   * @param most {@link Integer#MAX_VALUE} for no limit
   */
  public static Element string(int least, int most) {
    return least == 0 && most == Integer.MAX_VALUE
        ? STRING
        : Elements.sequence(Literal.of("\""), CountedString.of(least, most));
  }
}

package org.lmdeploy.grammar.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.DfaBuilder;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Literal;
import org.lmdeploy.grammar.json.JsonText;
import org.lmdeploy.grammar.regex.Nfa;
import org.lmdeploy.grammar.regex.Regex;
import org.lmdeploy.grammar.regex.Spelling;

/**
 * Numbers within bounds, written without exponents. Where a bound has an effect there are no more
 * digits than a double keeps apart, so that whoever reads the number as one finds it within, too.
 */
final class NumberGrammar {
  private static final int DIGITS_OF_DOUBLE = 15;
  private static final int LARGEST_STEP = 10_000;

  private final Bounds bounds;
  private final Budget budget;

  NumberGrammar(Bounds bounds, Budget budget) {
    this.bounds = bounds;
    this.budget = budget;
  }

  /** Refuses a step that no automaton can count in. */
  static void checkStep(SchemaNode node, BigDecimal step) {
    boolean whole = step.scale() <= 0;
    if (whole ? step.compareTo(BigDecimal.valueOf(LARGEST_STEP)) > 0 : !isUnit(step)) {
      throw node.unsupported(
          "multipleOf", "only whole numbers to " + LARGEST_STEP + " and 0.1, 0.01, 0.001 ... are");
    }
  }

  private static boolean isUnit(BigDecimal step) {
    return step.stripTrailingZeros().unscaledValue().equals(BigInteger.ONE);
  }

  /** The numbers, all or the whole ones. */
  Element element(boolean fractions) {
    if (bounds.areMissing()) {
      return fractions ? JsonText.NUMBER : JsonText.INTEGER;
    }
    Dfa base = base(fractions);
    BigDecimal least = bounds.least();
    BigDecimal most = bounds.most();
    List<Element> parts = new ArrayList<>();
    if (most == null || most.signum() > 0 || (most.signum() == 0 && !bounds.belowMost())) {
      Dfa from = base;
      if (least != null && least.signum() >= 0) {
        from = from.and(dfa(Decimals.from(least, bounds.aboveLeast())), budget);
      }
      if (most != null) {
        from = from.and(dfa(Decimals.to(most, bounds.belowMost())), budget);
      }
      add(from, "", parts);
    }
    if (least == null || least.signum() < 0) {
      boolean negativeMost = most != null && most.signum() < 0;
      Dfa from =
          base.and(
              dfa(
                  negativeMost
                      ? Decimals.from(most.negate(), bounds.belowMost())
                      : Decimals.from(BigDecimal.ZERO, true)),
              budget);
      if (least != null) {
        from = from.and(dfa(Decimals.to(least.negate(), bounds.aboveLeast())), budget);
      }
      add(from, "-", parts);
    }
    return Elements.choice(parts);
  }

  private static void add(Dfa dfa, String sign, List<Element> parts) {
    if (!dfa.isEmpty()) {
      parts.add(sign.isEmpty() ? dfa.start() : Elements.sequence(Literal.of(sign), dfa.start()));
    }
  }

  /** All numbers from 0 with the digits and steps that there may be. */
  private Dfa base(boolean fractions) {
    int places = fractions ? places() : 0;
    for (BigDecimal step : bounds.steps()) {
      places = Math.min(places, Math.max(0, step.scale()));
    }
    int digits = bounds.steps().isEmpty() ? JsonText.MOST_DIGITS : DIGITS_OF_DOUBLE - places;
    Regex whole = Regex.of("0|[1-9][0-9]{0," + (Math.max(1, digits) - 1) + "}");
    Regex fraction = Regex.of("(?:\\.[0-9]{1," + Math.max(1, places) + "})?");
    Dfa base = dfa(places == 0 ? whole : Regex.concat(whole, fraction));
    for (BigDecimal step : bounds.steps()) {
      if (step.scale() <= 0) {
        base = base.and(multiples(step.intValueExact()), budget);
      }
    }
    return base;
  }

  private int places() {
    int digits = 0;
    int scale = 1;
    for (BigDecimal bound : new BigDecimal[] {bounds.least(), bounds.most()}) {
      if (bound != null) {
        digits = Math.max(digits, Math.max(0, bound.precision() - bound.scale()));
        scale = Math.max(scale, bound.scale());
      }
    }
    return Math.max(scale, DIGITS_OF_DOUBLE - digits);
  }

  private Dfa multiples(int step) {
    DfaBuilder builder = new DfaBuilder(budget);
    for (int remainder = 0; remainder < step; remainder++) {
      builder.state();
    }
    int start = 0;
    builder.accept(0);
    for (int remainder = start; remainder < step; remainder++) {
      budget.steps(10);
      for (int digit = 0; digit < 10; digit++) {
        builder.edge(remainder, '0' + digit, '0' + digit, (int) ((remainder * 10L + digit) % step));
      }
    }
    return builder.build();
  }

  private Dfa dfa(Regex regex) {
    return Nfa.dfa(regex, Spelling.PLAIN, budget);
  }

  /** Decimals that are not negative, by their distance from a bound. */
  private static final class Decimals {
    private static final Regex DIGITS = Regex.of("[0-9]*");
    private static final Regex ANY_FRACTION = Regex.of("(?:\\.[0-9]+)?");
    private static final Regex ABOVE_ZERO = Regex.of("0*[1-9][0-9]*");
    private static final Regex ZEROS = Regex.of("0*");
    private static final Regex POINT = Regex.text(".");

    /** The decimals from a bound on. */
    static Regex from(BigDecimal bound, boolean exclusive) {
      String whole = bound.setScale(0, RoundingMode.DOWN).toPlainString();
      return Regex.either(
          Regex.concat(greaterWhole(whole), ANY_FRACTION),
          Regex.concat(Regex.text(whole), fractionFrom(fraction(bound), exclusive)));
    }

    /** The decimals up to a bound. */
    static Regex to(BigDecimal bound, boolean exclusive) {
      String whole = bound.setScale(0, RoundingMode.DOWN).toPlainString();
      return Regex.either(
          Regex.concat(smallerWhole(whole), ANY_FRACTION),
          Regex.concat(Regex.text(whole), fractionTo(fraction(bound), exclusive)));
    }

    /** The digits after the point, without zeros at their end. */
    private static String fraction(BigDecimal bound) {
      String plain = bound.stripTrailingZeros().toPlainString();
      int point = plain.indexOf('.');
      return point < 0 ? "" : plain.substring(point + 1);
    }

    private static Regex greaterWhole(String whole) {
      List<Regex> options = new ArrayList<>();
      // one with more digits is greater, for none begins with 0 but 0 itself
      options.add(Regex.of("[1-9][0-9]{" + whole.length() + ",}"));
      for (int i = 0; i < whole.length(); i++) {
        int digit = whole.charAt(i) - '0';
        if (digit < 9) {
          options.add(
              Regex.concat(
                  Regex.text(whole.substring(0, i)),
                  Regex.of("[" + (digit + 1) + "-9][0-9]{" + (whole.length() - 1 - i) + "}")));
        }
      }
      return new Regex.Either(options);
    }

    private static Regex smallerWhole(String whole) {
      List<Regex> options = new ArrayList<>();
      if (whole.length() > 1) {
        options.add(Regex.of("0|[1-9][0-9]{0," + (whole.length() - 2) + "}"));
      }
      for (int i = 0; i < whole.length(); i++) {
        int digit = whole.charAt(i) - '0';
        int lowest = i == 0 && whole.length() > 1 ? 1 : 0;
        if (digit > lowest) {
          options.add(
              Regex.concat(
                  Regex.text(whole.substring(0, i)),
                  Regex.of(
                      "["
                          + lowest
                          + "-"
                          + (digit - 1)
                          + "][0-9]{"
                          + (whole.length() - 1 - i)
                          + "}")));
        }
      }
      return new Regex.Either(options);
    }

    private static Regex fractionFrom(String digits, boolean exclusive) {
      if (digits.isEmpty()) {
        return exclusive ? Regex.concat(POINT, ABOVE_ZERO) : ANY_FRACTION;
      }
      List<Regex> options = new ArrayList<>();
      for (int i = 0; i < digits.length(); i++) {
        int digit = digits.charAt(i) - '0';
        if (digit < 9) {
          options.add(
              Regex.concat(
                  Regex.text(digits.substring(0, i)), Regex.of("[" + (digit + 1) + "-9][0-9]*")));
        }
      }
      options.add(Regex.concat(Regex.text(digits), exclusive ? ABOVE_ZERO : DIGITS));
      return Regex.concat(POINT, new Regex.Either(options));
    }

    private static Regex fractionTo(String digits, boolean exclusive) {
      if (digits.isEmpty()) {
        return exclusive ? new Regex.Either(List.of()) : Regex.of("(?:\\.0+)?");
      }
      List<Regex> options = new ArrayList<>();
      for (int i = 0; i < digits.length(); i++) {
        int digit = digits.charAt(i) - '0';
        if (i > 0) {
          options.add(Regex.text(digits.substring(0, i)));
        }
        if (digit > 0) {
          options.add(
              Regex.concat(
                  Regex.text(digits.substring(0, i)), Regex.of("[0-" + (digit - 1) + "][0-9]*")));
        }
      }
      if (!exclusive) {
        options.add(Regex.concat(Regex.text(digits), ZEROS));
      }
      return Regex.optional(Regex.concat(POINT, new Regex.Either(options)));
    }
  }
}

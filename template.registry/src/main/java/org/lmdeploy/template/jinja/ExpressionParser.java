package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lmdeploy.template.jinja.Token.Kind;

/**
 * Parses expressions with Jinja's precedence: conditional, or, and, not, comparison, + -, ~, * / //
 * %, **, sign.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> FACTORS = Set.of("*", "/", "//", "%");

  private final TokenStream tokens;
  private final PrimaryParser primaries;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.primaries = new PrimaryParser(tokens, this);
  }

  Expr expression() {
    tokens.enter();
    Expr value = or();
    while (tokens.skipName("if")) {
      Expr test = or();
      Expr otherwise = tokens.skipName("else") ? expression() : null;
      value = new Expr.Conditional(test, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /**
   * Like {@link #expression} but without {@code a if b}, for the items of a loop that may have its
   * own {@code if}.
   */
  Expr withoutCondition() {
    return or();
  }

  /** {@code a, b, c} as a list, a single expression as itself. */
  Expr tuple(boolean conditional) {
    Expr first = conditional ? expression() : withoutCondition();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      if (endsTuple()) {
        break;
      }
      items.add(conditional ? expression() : withoutCondition());
    }
    return new Expr.ListOf(items);
  }

  private boolean endsTuple() {
    return tokens.is(Kind.BLOCK_END) || tokens.is(Kind.OUTPUT_END) || tokens.isOperator(")");
  }

  /** Filters and tests that follow {@code value}. */
  Expr filters(Expr value) {
    return primaries.filters(value);
  }

  private Expr or() {
    Expr left = and();
    while (tokens.skipName("or")) {
      left = new Expr.Or(left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.skipName("and")) {
      left = new Expr.And(left, not());
    }
    return left;
  }

  private Expr not() {
    if (tokens.skipName("not")) {
      tokens.enter();
      Expr value = new Expr.Not(not());
      tokens.leave();
      return value;
    }
    return comparison();
  }

  private Expr comparison() {
    Expr first = sum();
    List<String> operators = new ArrayList<>();
    List<Expr> rest = new ArrayList<>();
    for (String operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      operators.add(operator);
      rest.add(sum());
    }
    return operators.isEmpty() ? first : new Expr.Compare(first, operators, rest);
  }

  private String comparisonOperator() {
    Token token = tokens.peek();
    if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (token.isName("not") && tokens.peekSecond().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      left = new Expr.Binary(tokens.next().text(), left, concat());
    }
    return left;
  }

  private Expr concat() {
    Expr first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Expr.Concat(parts);
  }

  private Expr product() {
    Expr left = power();
    while (tokens.is(Kind.OPERATOR) && FACTORS.contains(tokens.peek().text())) {
      left = new Expr.Binary(tokens.next().text(), left, power());
    }
    return left;
  }

  private Expr power() {
    Expr left = primaries.unary(true);
    while (tokens.skipOperator("**")) {
      left = new Expr.Binary("**", left, primaries.unary(true));
    }
    return left;
  }
}

package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.template.jinja.Token.Kind;

/** Parses literals, names and what may follow them: attributes, items, calls, filters, tests. */
final class PrimaryParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expr unary(boolean withFilters) {
    tokens.enter();
    Expr value;
    if (tokens.isOperator("-") || tokens.isOperator("+")) {
      boolean minus = tokens.next().text().equals("-");
      value = new Expr.Sign(unary(false), minus);
    } else {
      value = primary();
    }
    value = postfix(value);
    if (withFilters) {
      value = filters(value);
    }
    tokens.leave();
    return value;
  }

  private Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token.text());
      case STRING -> string(token);
      case INTEGER -> new Expr.Literal(integer(token));
      case FLOAT -> new Expr.Literal(Double.valueOf(token.text().replace("_", "")));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> parentheses();
            case "[" -> new Expr.ListOf(items("]"));
            case "{" -> dict();
            default ->
                throw JinjaException.syntax(
                    token.line(), "an expression is needed, found " + token.describe());
          };
      default ->
          throw JinjaException.syntax(
              token.line(), "an expression is needed, found " + token.describe());
    };
  }

  private static Expr name(String name) {
    return switch (name) {
      case "true", "True" -> new Expr.Literal(true);
      case "false", "False" -> new Expr.Literal(false);
      case "none", "None" -> new Expr.Literal(null);
      default -> new Expr.Name(name);
    };
  }

  private Expr string(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (tokens.is(Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return new Expr.Literal(text.toString());
  }

  private static Long integer(Token token) {
    String digits = token.text().replace("_", "");
    try {
      if (digits.length() > 2 && digits.charAt(0) == '0' && Character.isLetter(digits.charAt(1))) {
        int radix =
            switch (Character.toLowerCase(digits.charAt(1))) {
              case 'x' -> 16;
              case 'o' -> 8;
              default -> 2;
            };
        return Long.valueOf(digits.substring(2), radix);
      }
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      throw JinjaException.syntax(
          token.line(), "the number " + token.text() + " does not fit into 64 bits");
    }
  }

  private Expr parentheses() {
    if (tokens.skipOperator(")")) {
      return new Expr.ListOf(List.of());
    }
    Expr value = expressions.tuple(true);
    tokens.expectOperator(")");
    return value;
  }

  private List<Expr> items(String end) {
    List<Expr> items = new ArrayList<>();
    while (!tokens.skipOperator(end)) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(end)) {
          break;
        }
      }
      items.add(expressions.expression());
    }
    return items;
  }

  private Expr dict() {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      if (!keys.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator("}")) {
          break;
        }
      }
      keys.add(expressions.expression());
      tokens.expectOperator(":");
      values.add(expressions.expression());
    }
    return new Expr.DictOf(keys, values);
  }

  private Expr postfix(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        value = member(value);
      } else if (tokens.skipOperator("[")) {
        value = subscript(value);
      } else if (tokens.isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr member(Expr object) {
    if (tokens.is(Kind.INTEGER)) {
      return new Expr.Item(object, new Expr.Literal(integer(tokens.next())));
    }
    return new Expr.Attribute(object, tokens.expect(Kind.NAME, "the name of an attribute").text());
  }

  private Expr subscript(Expr object) {
    Expr start = tokens.isOperator(":") ? null : expressions.expression();
    if (!tokens.isOperator(":")) {
      tokens.expectOperator("]");
      return new Expr.Item(object, start);
    }
    tokens.next();
    Expr stop = tokens.isOperator(":") || tokens.isOperator("]") ? null : expressions.expression();
    Expr step = null;
    if (tokens.skipOperator(":") && !tokens.isOperator("]")) {
      step = expressions.expression();
    }
    tokens.expectOperator("]");
    return new Expr.Slice(object, start, stop, step);
  }

  /** Filters, tests and calls of their results. */
  Expr filters(Expr start) {
    Expr value = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        String name = dottedName("the name of a filter");
        value =
            new Expr.Filter(
                value, name, tokens.isOperator("(") ? arguments() : Expr.Arguments.NONE);
      } else if (tokens.skipName("is")) {
        value = test(value);
      } else if (tokens.isOperator("(")) {
        value = new Expr.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr test(Expr value) {
    boolean negated = tokens.skipName("not");
    String name = dottedName("the name of a test");
    Expr.Arguments arguments = Expr.Arguments.NONE;
    if (tokens.isOperator("(")) {
      arguments = arguments();
    } else if (startsOperand()) {
      Expr operand = postfix(primary());
      arguments = new Expr.Arguments(List.of(operand), List.of(), List.of(), null, null);
    }
    Expr test = new Expr.Test(value, name, arguments);
    return negated ? new Expr.Not(test) : test;
  }

  private boolean startsOperand() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME ->
          switch (token.text()) {
            case "else", "or", "and", "if", "is", "in", "not" -> false;
            default -> true;
          };
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      default -> false;
    };
  }

  private String dottedName(String what) {
    StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, what).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(Kind.NAME, what).text());
    }
    return name.toString();
  }

  /** {@code (a, *b, c=d, **e)} */
  Expr.Arguments arguments() {
    tokens.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Expr> named = new ArrayList<>();
    Expr star = null;
    Expr doubleStar = null;
    for (boolean first = true; !tokens.skipOperator(")"); first = false) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      if (tokens.skipOperator("*")) {
        star = expressions.expression();
      } else if (tokens.skipOperator("**")) {
        doubleStar = expressions.expression();
      } else if (tokens.is(Kind.NAME) && tokens.peekSecond().isOperator("=")) {
        names.add(tokens.next().text());
        tokens.next();
        named.add(expressions.expression());
      } else if (names.isEmpty()) {
        positional.add(expressions.expression());
      } else {
        throw JinjaException.syntax(
            tokens.line(), "an argument without a name follows one with a name");
      }
    }
    return new Expr.Arguments(positional, names, named, star, doubleStar);
  }
}

package org.lmdeploy.template.jinja;

import java.util.List;
import org.lmdeploy.template.jinja.Token.Kind;

/** A cursor over tokens. */
final class TokenStream {
  /**
   * Deeper nesting in a source is refused while parsing, so that no parser frame overflows the
   * stack.
   */
  private static final int MAX_NESTING = 200;

  private final List<Token> tokens;
  private int position;
  private int nesting;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token peekSecond() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  int line() {
    return peek().line();
  }

  Token next() {
    Token token = peek();
    if (token.kind() != Kind.END) {
      position++;
    }
    return token;
  }

  boolean is(Kind kind) {
    return peek().kind() == kind;
  }

  boolean isOperator(String operator) {
    return peek().isOperator(operator);
  }

  boolean isName(String name) {
    return peek().isName(name);
  }

  boolean skipOperator(String operator) {
    if (isOperator(operator)) {
      position++;
      return true;
    }
    return false;
  }

  boolean skipName(String name) {
    if (isName(name)) {
      position++;
      return true;
    }
    return false;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Token expect(Kind kind, String what) {
    if (!is(kind)) {
      throw unexpected(what);
    }
    return next();
  }

  void enter() {
    if (++nesting > MAX_NESTING) {
      throw new JinjaException(
          JinjaException.Kind.LIMIT,
          line(),
          "the template nests deeper than " + MAX_NESTING + " levels");
    }
  }

  void leave() {
    nesting--;
  }

  JinjaException unexpected(String wanted) {
    return JinjaException.syntax(line(), wanted + " is needed, found " + peek().describe());
  }
}

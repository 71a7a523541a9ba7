package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lmdeploy.template.jinja.Stmt.Target;
import org.lmdeploy.template.jinja.Token.Kind;

/** Parses the statements of a template. */
final class Parser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Stmt> parse(String source) {
    Parser parser = new Parser(new TokenStream(Lexer.tokenize(source)));
    return parser.body(Set.of());
  }

  /** Statements up to one of the {@code ends}, whose name is left as the next token. */
  private List<Stmt> body(Set<String> ends) {
    tokens.enter();
    int opened = tokens.line();
    List<Stmt> statements = new ArrayList<>();
    while (true) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> statements.add(new Stmt.Text(token.text(), token.line()));
        case OUTPUT_BEGIN -> {
          statements.add(new Stmt.Output(expressions.tuple(true), token.line()));
          tokens.expect(Kind.OUTPUT_END, "'}}'");
        }
        case BLOCK_BEGIN -> {
          if (tokens.is(Kind.NAME) && ends.contains(tokens.peek().text())) {
            tokens.leave();
            return statements;
          }
          statements.add(statement());
        }
        default -> {
          if (!ends.isEmpty()) {
            throw JinjaException.syntax(
                opened, "one of " + ends + " is missing for the block that begins here");
          }
          tokens.leave();
          return statements;
        }
      }
    }
  }

  private Stmt statement() {
    Token name = tokens.expect(Kind.NAME, "the name of a statement");
    int line = name.line();
    return switch (name.text()) {
      case "if" -> conditional(line);
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" -> filterBlock(line);
      case "with" -> with(line);
      case "generation" -> {
        blockEnd();
        yield new Stmt.Group(rest("endgeneration"), line);
      }
      case "break", "continue" -> jump(name);
      default -> throw JinjaException.syntax(line, "unknown statement '" + name.text() + "'");
    };
  }

  private Stmt jump(Token name) {
    if (loops == 0) {
      throw JinjaException.syntax(name.line(), "'" + name.text() + "' stands outside a loop");
    }
    blockEnd();
    return name.text().equals("break")
        ? new Stmt.Break(name.line())
        : new Stmt.Continue(name.line());
  }

  private Stmt conditional(int line) {
    List<Expr> tests = new ArrayList<>();
    List<List<Stmt>> bodies = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    do {
      tests.add(expressions.tuple(true));
      blockEnd();
      bodies.add(body(Set.of("elif", "else", "endif")));
    } while (tokens.skipName("elif"));
    if (tokens.skipName("else")) {
      blockEnd();
      otherwise = body(Set.of("endif"));
    }
    tokens.expectName("endif");
    blockEnd();
    return new Stmt.If(tests, bodies, otherwise, line);
  }

  private Stmt loop(int line) {
    Target target = targets();
    tokens.expectName("in");
    Expr items = expressions.tuple(false);
    Expr filter = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    blockEnd();
    loops++;
    List<Stmt> body = body(Set.of("endfor", "else"));
    loops--;
    List<Stmt> otherwise = List.of();
    if (tokens.skipName("else")) {
      blockEnd();
      otherwise = body(Set.of("endfor"));
    }
    tokens.expectName("endfor");
    blockEnd();
    return new Stmt.For(target, items, filter, recursive, body, otherwise, line);
  }

  private Stmt set(int line) {
    Target target = targets();
    if (tokens.skipOperator("=")) {
      Expr value = expressions.tuple(true);
      blockEnd();
      return new Stmt.Set(target, value, line);
    }
    Expr filter = expressions.filters(null);
    blockEnd();
    return new Stmt.SetBlock(target, filter, rest("endset"), line);
  }

  private Stmt macro(int line) {
    String name = tokens.expect(Kind.NAME, "the name of a macro").text();
    Stmt.Signature signature = signature();
    blockEnd();
    return new Stmt.MacroDefinition(signature, name, separateBody("endmacro"), line);
  }

  private Stmt callBlock(int line) {
    Stmt.Signature signature =
        tokens.isOperator("(") ? signature() : new Stmt.Signature(List.of(), List.of());
    Expr callee = expressions.expression();
    if (!(callee instanceof Expr.Call call)) {
      throw JinjaException.syntax(line, "{% call %} needs a call");
    }
    blockEnd();
    return new Stmt.CallBlock(signature, call, separateBody("endcall"), line);
  }

  /** The body of a macro: a loop around the definition is not a loop for the break in it. */
  private List<Stmt> separateBody(String end) {
    int outer = loops;
    loops = 0;
    List<Stmt> body = rest(end);
    loops = outer;
    return body;
  }

  private Stmt.Signature signature() {
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.skipOperator(")")) {
          break;
        }
      }
      names.add(tokens.expect(Kind.NAME, "the name of a parameter").text());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw JinjaException.syntax(
            tokens.line(), "a parameter without a default follows one with a default");
      }
    }
    return new Stmt.Signature(names, defaults);
  }

  private Stmt filterBlock(int line) {
    String name = tokens.expect(Kind.NAME, "the name of a filter").text();
    Expr.Arguments arguments =
        tokens.isOperator("(")
            ? new PrimaryParser(tokens, expressions).arguments()
            : Expr.Arguments.NONE;
    Expr filter = expressions.filters(new Expr.Filter(null, name, arguments));
    blockEnd();
    return new Stmt.FilterBlock(filter, rest("endfilter"), line);
  }

  private Stmt with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.is(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(target());
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    blockEnd();
    return new Stmt.With(targets, values, rest("endwith"), line);
  }

  private Target targets() {
    Target first = target();
    if (!tokens.isOperator(",")) {
      return first;
    }
    List<Target> all = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && !tokens.isOperator("=") && !tokens.isName("in")) {
      all.add(target());
    }
    return new Target.Unpack(all);
  }

  private Target target() {
    if (tokens.skipOperator("(")) {
      Target inner = targets();
      tokens.expectOperator(")");
      return inner;
    }
    String name = tokens.expect(Kind.NAME, "the name of a variable").text();
    if (Set.of("true", "false", "none", "True", "False", "None").contains(name)) {
      throw JinjaException.syntax(tokens.line(), "'" + name + "' cannot be assigned");
    }
    return tokens.skipOperator(".")
        ? new Target.Member(name, tokens.expect(Kind.NAME, "the name of an attribute").text())
        : new Target.Variable(name);
  }

  private List<Stmt> rest(String end) {
    List<Stmt> body = body(Set.of(end));
    tokens.expectName(end);
    blockEnd();
    return body;
  }

  private void blockEnd() {
    tokens.expect(Kind.BLOCK_END, "'%}'");
  }
}

package org.lmdeploy.template.jinja;

import java.util.List;

/** A statement of a template. */
sealed interface Stmt {
  /** The source line, for error messages. */
  int line();

  record Text(String text, int line) implements Stmt {}

  record Output(Expr value, int line) implements Stmt {}

  record If(List<Expr> tests, List<List<Stmt>> bodies, List<Stmt> otherwise, int line)
      implements Stmt {}

  /** {@code filter} may be null. */
  record For(
      Target target,
      Expr items,
      Expr filter,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise,
      int line)
      implements Stmt {}

  record Set(Target target, Expr value, int line) implements Stmt {}

  /** {@code {% set x | filter %}...{% endset %}}; filter may be null. */
  record SetBlock(Target target, Expr filter, List<Stmt> body, int line) implements Stmt {}

  record MacroDefinition(Signature signature, String name, List<Stmt> body, int line)
      implements Stmt {}

  /** {@code {% call(params) callee(args) %}body{% endcall %}} */
  record CallBlock(Signature signature, Expr.Call call, List<Stmt> body, int line)
      implements Stmt {}

  record FilterBlock(Expr filter, List<Stmt> body, int line) implements Stmt {}

  record With(List<Target> targets, List<Expr> values, List<Stmt> body, int line) implements Stmt {}

  /** A group without a scope of its own, as {@code {% generation %}}. */
  record Group(List<Stmt> body, int line) implements Stmt {}

  record Break(int line) implements Stmt {}

  record Continue(int line) implements Stmt {}

  /** Parameters of a macro; the last {@code defaults.size()} of them have a default. */
  record Signature(List<String> names, List<Expr> defaults) {}

  /** What an assignment assigns to. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    record Member(String object, String attribute) implements Target {}

    record Unpack(List<Target> targets) implements Target {}
  }
}

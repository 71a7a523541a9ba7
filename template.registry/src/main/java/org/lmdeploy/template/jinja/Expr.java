package org.lmdeploy.template.jinja;

import java.util.List;

/** An expression of a template. */
sealed interface Expr {
  record Literal(Object value) implements Expr {}

  record Name(String name) implements Expr {}

  record ListOf(List<Expr> items) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values) implements Expr {}

  /** {@code object.name} */
  record Attribute(Expr object, String name) implements Expr {}

  /** {@code object[index]} */
  record Item(Expr object, Expr index) implements Expr {}

  /** {@code object[start:stop:step]}; absent parts are null. */
  record Slice(Expr object, Expr start, Expr stop, Expr step) implements Expr {}

  record Call(Expr function, Arguments arguments) implements Expr {}

  /** {@code value|name(arguments)}; value is null for the start of a filter block. */
  record Filter(Expr value, String name, Arguments arguments) implements Expr {}

  /** {@code value is name(arguments)} */
  record Test(Expr value, String name, Arguments arguments) implements Expr {}

  record Not(Expr value) implements Expr {}

  /** Unary minus or plus. */
  record Sign(Expr value, boolean minus) implements Expr {}

  record Binary(String operator, Expr left, Expr right) implements Expr {}

  record And(Expr left, Expr right) implements Expr {}

  record Or(Expr left, Expr right) implements Expr {}

  /** {@code a < b <= c}: operators stand between neighbouring operands. */
  record Compare(Expr first, List<String> operators, List<Expr> rest) implements Expr {}

  /** {@code a ~ b ~ c} */
  record Concat(List<Expr> parts) implements Expr {}

  /** {@code then if test else otherwise}; otherwise may be null. */
  record Conditional(Expr test, Expr then, Expr otherwise) implements Expr {}

  /** Arguments of a call, filter or test; {@code star} and {@code doubleStar} may be null. */
  record Arguments(
      List<Expr> positional, List<String> names, List<Expr> named, Expr star, Expr doubleStar) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);
  }
}

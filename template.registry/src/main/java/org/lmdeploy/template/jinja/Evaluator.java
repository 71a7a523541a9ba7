package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes expressions. */
final class Evaluator {
  private final Library library;

  Evaluator(Library library) {
    this.library = library;
  }

  Object value(Expr expression, Scope scope) {
    Budget.step();
    Budget.enter();
    Object value =
        switch (expression) {
          case Expr.Literal literal -> literal.value();
          case Expr.Name name -> name(name.name(), scope);
          case Expr.ListOf list -> values(list.items(), scope);
          case Expr.DictOf dict -> dict(dict, scope);
          case Expr.Attribute a -> ContainerMethods.attribute(value(a.object(), scope), a.name());
          case Expr.Item item ->
              ContainerMethods.item(value(item.object(), scope), value(item.index(), scope));
          case Expr.Slice slice -> slice(slice, scope);
          case Expr.Call call -> call(call, scope);
          case Expr.Filter filter -> filter(filter, value(filter.value(), scope), scope);
          case Expr.Test test -> test(test, scope);
          case Expr.Not not -> !truth(not.value(), scope);
          case Expr.Sign sign -> sign(sign, scope);
          case Expr.Binary b ->
              Arithmetic.apply(b.operator(), value(b.left(), scope), value(b.right(), scope));
          case Expr.And and -> {
            Object left = value(and.left(), scope);
            yield Values.truth(left) ? value(and.right(), scope) : left;
          }
          case Expr.Or or -> {
            Object left = value(or.left(), scope);
            yield Values.truth(left) ? left : value(or.right(), scope);
          }
          case Expr.Compare compare -> compare(compare, scope);
          case Expr.Concat concat -> concat(concat, scope);
          case Expr.Conditional c -> conditional(c, scope);
        };
    Budget.leave();
    return value;
  }

  boolean truth(Expr expression, Scope scope) {
    return Values.truth(value(expression, scope));
  }

  /** Applies a filter chain whose innermost value is left open. */
  Object filterOpen(Expr filter, Object input, Scope scope) {
    if (!(filter instanceof Expr.Filter f)) {
      throw JinjaException.runtime("only filters can follow a block");
    }
    return filter(f, f.value() == null ? input : filterOpen(f.value(), input, scope), scope);
  }

  Args arguments(Expr.Arguments arguments, Scope scope) {
    List<Object> positional = values(arguments.positional(), scope);
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.names().size(); i++) {
      named.put(arguments.names().get(i), value(arguments.named().get(i), scope));
    }
    if (arguments.star() != null) {
      positional.addAll(Values.iterate(value(arguments.star(), scope)));
    }
    if (arguments.doubleStar() != null) {
      if (!(value(arguments.doubleStar(), scope) instanceof Map<?, ?> map)) {
        throw JinjaException.runtime("a dict is needed behind **");
      }
      map.forEach((key, item) -> named.put(Printer.str(key), item));
    }
    return new Args(positional, named, library);
  }

  Object call(Object callee, Args args) {
    return switch (callee) {
      case Callable callable -> callable.call(args);
      case Undefined u -> throw u.error();
      case null, default -> throw JinjaException.runtime(Values.type(callee) + " cannot be called");
    };
  }

  private Object name(String name, Scope scope) {
    Object value = scope.get(name);
    if (value instanceof Undefined) {
      Callable global = library.global(name);
      return global == null ? value : global;
    }
    return value;
  }

  private List<Object> values(List<Expr> expressions, Scope scope) {
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Object dict(Expr.DictOf dict, Scope scope) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      map.put(value(dict.keys().get(i), scope), value(dict.values().get(i), scope));
    }
    return map;
  }

  private Object slice(Expr.Slice slice, Scope scope) {
    return Slices.slice(
        value(slice.object(), scope),
        slice.start() == null ? null : value(slice.start(), scope),
        slice.stop() == null ? null : value(slice.stop(), scope),
        slice.step() == null ? null : value(slice.step(), scope));
  }

  private Object call(Expr.Call call, Scope scope) {
    Object callee = value(call.function(), scope);
    return call(callee, arguments(call.arguments(), scope));
  }

  private Object filter(Expr.Filter filter, Object input, Scope scope) {
    Object result =
        library.filter(filter.name()).apply(input, arguments(filter.arguments(), scope));
    if (result instanceof String text) {
      Budget.build(text.length());
    }
    return result;
  }

  private Object test(Expr.Test test, Scope scope) {
    Object tested = value(test.value(), scope);
    return library.test(test.name()).holds(tested, arguments(test.arguments(), scope));
  }

  private Object sign(Expr.Sign sign, Scope scope) {
    Object value = value(sign.value(), scope);
    Values.number(value);
    return sign.minus() ? Arithmetic.negate(value) : value;
  }

  private Object concat(Expr.Concat concat, Scope scope) {
    StringBuilder out = new StringBuilder();
    for (Expr part : concat.parts()) {
      String text = Printer.str(value(part, scope));
      Budget.build(text.length());
      out.append(text);
    }
    return out.toString();
  }

  private Object conditional(Expr.Conditional c, Scope scope) {
    if (truth(c.test(), scope)) {
      return value(c.then(), scope);
    }
    return c.otherwise() == null
        ? new Undefined("a condition without 'else' that is false")
        : value(c.otherwise(), scope);
  }

  private Object compare(Expr.Compare compare, Scope scope) {
    Object left = value(compare.first(), scope);
    for (int i = 0; i < compare.operators().size(); i++) {
      Object right = value(compare.rest().get(i), scope);
      boolean holds =
          switch (compare.operators().get(i)) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> Values.contains(right, left);
            default -> !Values.contains(right, left);
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }
}

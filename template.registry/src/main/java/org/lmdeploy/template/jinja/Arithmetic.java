package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic on numbers, texts and lists. */
final class Arithmetic {
  private Arithmetic() {}

  static Object apply(String operator, Object a, Object b) {
    if (a instanceof Undefined u) {
      throw u.error();
    }
    if (b instanceof Undefined u) {
      throw u.error();
    }
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return numbers(operator, a, b);
    }
    if (operator.equals("+") && a instanceof String x && b instanceof String y) {
      Budget.build((long) x.length() + y.length());
      return x.concat(y);
    }
    if (operator.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      Budget.build((long) x.size() + y.size());
      List<Object> sum = new ArrayList<>(x);
      sum.addAll(y);
      return sum;
    }
    if (operator.equals("*") && (a instanceof String || a instanceof List) && b instanceof Long n) {
      return repeat(a, n);
    }
    if (operator.equals("*") && (b instanceof String || b instanceof List) && a instanceof Long n) {
      return repeat(b, n);
    }
    if (operator.equals("%") && a instanceof String format) {
      return PercentFormat.format(format, b instanceof List<?> list ? list : List.of(b));
    }
    throw JinjaException.runtime(
        "'" + operator + "' works not with " + Values.type(a) + " and " + Values.type(b));
  }

  static Object negate(Object value) {
    return value instanceof Double d
        ? (Object) (-d)
        : (Object) exact(() -> Math.negateExact(whole(value)));
  }

  private static Object numbers(String operator, Object a, Object b) {
    boolean whole = !(a instanceof Double) && !(b instanceof Double);
    if (operator.equals("/") || !whole) {
      return floats(operator, Values.number(a), Values.number(b));
    }
    long x = whole(a);
    long y = whole(b);
    return switch (operator) {
      case "+" -> exact(() -> Math.addExact(x, y));
      case "-" -> exact(() -> Math.subtractExact(x, y));
      case "*" -> exact(() -> Math.multiplyExact(x, y));
      case "//" -> Math.floorDiv(x, nonZero(y));
      case "%" -> Math.floorMod(x, nonZero(y));
      default -> power(x, y);
    };
  }

  private static Object floats(String operator, double x, double y) {
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / nonZero(y);
      case "//" -> Math.floor(x / nonZero(y));
      case "%" -> x - Math.floor(x / nonZero(y)) * y;
      default -> Math.pow(x, y);
    };
  }

  private static Object power(long base, long exponent) {
    if (exponent < 0) {
      return Math.pow(base, exponent);
    }
    if (exponent > Integer.MAX_VALUE) {
      throw JinjaException.runtime("the exponent " + exponent + " is too large");
    }
    return exact(() -> Math.powExact(base, (int) exponent));
  }

  private static Object repeat(Object value, long times) {
    long count = Math.max(0, times);
    long size = value instanceof String s ? s.length() : ((List<?>) value).size();
    // checked before it is built: a product that overflows is as much too much as a large one
    Budget.build(size == 0 ? 0 : count > Integer.MAX_VALUE ? Long.MIN_VALUE : size * count);
    if (value instanceof String s) {
      return s.isEmpty() ? s : s.repeat((int) count);
    }
    List<Object> repeated = new ArrayList<>();
    for (long i = 0; i < count && size > 0; i++) {
      repeated.addAll((List<?>) value);
    }
    return repeated;
  }

  private static long whole(Object value) {
    return Values.integer(value, "a number");
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw JinjaException.runtime("division by zero");
    }
    return divisor;
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw JinjaException.runtime("division by zero");
    }
    return divisor;
  }

  private static Long exact(java.util.function.LongSupplier computation) {
    try {
      return computation.getAsLong();
    } catch (ArithmeticException e) {
      throw JinjaException.runtime("a number does not fit into 64 bits");
    }
  }
}

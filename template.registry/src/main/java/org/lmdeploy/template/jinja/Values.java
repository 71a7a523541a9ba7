package org.lmdeploy.template.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's view of values. A template's values are null (None), {@link Undefined}, Boolean, Long,
 * Double, String, List, Map, {@link Namespace}, {@link LoopState} and {@link Callable}; no other
 * Java object ever enters, so no Java method can be reached.
 */
final class Values {
  private Values() {}

  /** A value from Java; numbers become Long or Double, lists and maps are copied. */
  static Object fromJava(Object value) {
    return switch (value) {
      case null -> null;
      case Boolean b -> b;
      case String s -> s;
      case Long n -> n;
      case Integer n -> n.longValue();
      case Short n -> n.longValue();
      case Byte n -> n.longValue();
      case Number n -> n.doubleValue();
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(fromJava(key), fromJava(item)));
        yield copy;
      }
      case Iterable<?> items -> {
        List<Object> copy = new ArrayList<>();
        items.forEach(item -> copy.add(fromJava(item)));
        yield copy;
      }
      case CharSequence text -> text.toString();
      default ->
          throw JinjaException.runtime("a template cannot use a " + value.getClass().getName());
    };
  }

  static boolean truth(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined u -> false;
      case Boolean b -> b;
      case Long n -> n != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** How Python names the type, for messages. */
  static String type(Object value) {
    return switch (value) {
      case null -> "None";
      case Undefined u -> "undefined";
      case Boolean b -> "bool";
      case Long n -> "int";
      case Double d -> "float";
      case String s -> "str";
      case List<?> list -> "list";
      case Map<?, ?> map -> "dict";
      case Namespace n -> "namespace";
      case LoopState l -> "loop";
      default -> "function";
    };
  }

  /** A text, or an error that names {@code what}. */
  static String text(Object value, String what) {
    if (value instanceof String text) {
      return text;
    }
    throw JinjaException.runtime(what + " has to be a text, not " + type(value));
  }

  static long integer(Object value, String what) {
    return switch (value) {
      case Long n -> n;
      case Boolean b -> b ? 1L : 0L;
      case null, default ->
          throw JinjaException.runtime(what + " has to be a whole number, not " + type(value));
    };
  }

  static double number(Object value) {
    return switch (value) {
      case Long n -> n;
      case Double d -> d;
      case Boolean b -> b ? 1 : 0;
      case Undefined u -> throw u.error();
      case null, default -> throw JinjaException.runtime("a number is needed, not " + type(value));
    };
  }

  /** The items that a loop over the value visits. */
  static List<Object> iterate(Object value) {
    List<Object> items =
        switch (value) {
          case Undefined u -> List.of();
          case List<?> list -> new ArrayList<>(list);
          case Map<?, ?> map -> new ArrayList<>(map.keySet());
          case String s -> new ArrayList<>(s.codePoints().mapToObj(Character::toString).toList());
          case null, default -> throw JinjaException.runtime(type(value) + " is not iterable");
        };
    Budget.build(items.size());
    return items;
  }

  static boolean isIterable(Object value) {
    return value instanceof List
        || value instanceof Map
        || value instanceof String
        || value instanceof Undefined;
  }

  static long length(Object value) {
    return switch (value) {
      case Undefined u -> 0;
      case String s -> s.codePointCount(0, s.length());
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null, default -> throw JinjaException.runtime(type(value) + " has no length");
    };
  }

  /** {@code a == b} */
  static boolean equal(Object a, Object b) {
    Budget.step();
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double
          ? number(a) == number(b)
          : integer(a, "") == integer(b, "");
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      if (x.size() != y.size()) {
        return false;
      }
      for (int i = 0; i < x.size(); i++) {
        if (!equal(x.get(i), y.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(e -> y.containsKey(e.getKey()) && equal(e.getValue(), y.get(e.getKey())));
    }
    return a == null ? b == null : a.equals(b);
  }

  /** The order of two values, as {@code <} sees it. */
  static int compare(Object a, Object b) {
    Budget.step();
    if (a instanceof Undefined u) {
      throw u.error();
    }
    if (b instanceof Undefined u) {
      throw u.error();
    }
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double
          ? Double.compare(number(a), number(b))
          : Long.compare(integer(a, ""), integer(b, ""));
    }
    if (a instanceof String x && b instanceof String y) {
      return compareCodePoints(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
        if (!equal(x.get(i), y.get(i))) {
          return compare(x.get(i), y.get(i));
        }
      }
      return Integer.compare(x.size(), y.size());
    }
    throw JinjaException.runtime(type(a) + " and " + type(b) + " have no order");
  }

  private static int compareCodePoints(String a, String b) {
    int[] x = a.codePoints().toArray();
    int[] y = b.codePoints().toArray();
    return java.util.Arrays.compare(x, y);
  }

  /** {@code item in container} */
  static boolean contains(Object container, Object item) {
    return switch (container) {
      case Undefined u -> false;
      case String s -> s.contains(text(item, "what is looked for in a text"));
      case List<?> list -> list.stream().anyMatch(other -> equal(other, item));
      case Map<?, ?> map -> map.containsKey(item);
      case null, default -> throw JinjaException.runtime("nothing can be in " + type(container));
    };
  }

  /** A float as Python prints it. */
  static String printed(double d) {
    if (Double.isNaN(d)) {
      return "nan";
    }
    if (Double.isInfinite(d)) {
      return d > 0 ? "inf" : "-inf";
    }
    if (d == 0) {
      return 1 / d < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(Double.toString(d)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = exact.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = exact.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String sign = exponent < 0 ? "-" : "+";
    int size = Math.abs(exponent);
    return (d < 0 ? "-" : "") + mantissa + "e" + sign + (size < 10 ? "0" : "") + size;
  }
}

package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Attributes and items of values, and the methods of lists and dicts. As in transformers' sandbox,
 * methods that would change a list or dict do not exist.
 */
final class ContainerMethods {
  private ContainerMethods() {}

  /** {@code object.name}: an attribute or method, else the item of that name. */
  static Object attribute(Object object, String name) {
    Object method =
        switch (object) {
          case Undefined u -> throw u.error();
          case String text -> StringMethods.bind(text, name);
          case Map<?, ?> map -> method(map, name);
          case List<?> list -> method(list, name);
          case null, default -> null;
        };
    if (method != null) {
      return method;
    }
    return switch (object) {
      case Map<?, ?> map when map.containsKey(name) -> map.get(name);
      case Group group when name.equals("grouper") -> group.get(0);
      case Group group when name.equals("list") -> group.get(1);
      case Namespace namespace -> namespace.get(name);
      case LoopState loop -> loop.attribute(name);
      case Macro macro when name.equals("name") -> macro.name();
      case null, default -> new Undefined("'" + name + "' of a " + Values.type(object));
    };
  }

  /** {@code object[index]}: an item, else the attribute of that name. */
  static Object item(Object object, Object index) {
    if (object instanceof Undefined u) {
      throw u.error();
    }
    if (object instanceof Map<?, ?> map && map.containsKey(index)) {
      return map.get(index);
    }
    if ((object instanceof List || object instanceof String) && index instanceof Long i) {
      return Slices.at(object, i, new Undefined("item " + i + " of a " + Values.type(object)));
    }
    if (index instanceof String name) {
      return attribute(object, name);
    }
    return new Undefined("item " + Printer.repr(index) + " of a " + Values.type(object));
  }

  /** {@code a.b.0} of filters as {@code map(attribute=...)}. */
  static Object path(Object object, Object path) {
    if (path instanceof Long index) {
      return item(object, index);
    }
    Object value = object;
    for (String part : Values.text(path, "attribute").split("\\.")) {
      boolean number =
          !part.isEmpty() && part.length() < 10 && part.chars().allMatch(Character::isDigit);
      value = item(value, number ? (Object) Long.valueOf(part) : part);
    }
    return value;
  }

  static List<Object> items(Map<?, ?> map) {
    Budget.build(map.size());
    List<Object> items = new ArrayList<>();
    map.forEach(
        (key, value) -> {
          List<Object> pair = new ArrayList<>(2);
          pair.add(key);
          pair.add(value);
          items.add(pair);
        });
    return items;
  }

  private static Callable method(Map<?, ?> map, String name) {
    return switch (name) {
      case "items" -> args -> items(map);
      case "keys" -> args -> Values.iterate(map);
      case "values" ->
          args -> {
            Budget.build(map.size());
            return new ArrayList<Object>(map.values());
          };
      case "get" ->
          args -> {
            Object key = args.need(0, "key");
            return map.containsKey(key) ? map.get(key) : args.get(1, "default", null);
          };
      case "copy" ->
          args -> {
            Budget.build(map.size());
            return new LinkedHashMap<Object, Object>(map);
          };
      default -> null;
    };
  }

  private static Callable method(List<?> list, String name) {
    return switch (name) {
      case "count" ->
          args -> list.stream().filter(item -> Values.equal(item, args.need(0, "value"))).count();
      case "index" ->
          args -> {
            for (int i = 0; i < list.size(); i++) {
              if (Values.equal(list.get(i), args.need(0, "value"))) {
                return (long) i;
              }
            }
            throw JinjaException.runtime("the value is not in the list");
          };
      case "copy" -> args -> Values.iterate(list);
      default -> null;
    };
  }
}

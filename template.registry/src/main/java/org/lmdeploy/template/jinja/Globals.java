package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Global functions: Jinja's own and the two that Hugging Face adds. */
final class Globals {
  /** The same bound as in Jinja's sandbox. */
  private static final long MAX_RANGE = 100_000;

  private Globals() {}

  static void register(Map<String, Callable> globals) {
    globals.put("range", Globals::range);
    globals.put("namespace", Globals::namespace);
    globals.put("dict", Globals::dict);
    globals.put("raise_exception", Globals::raise);
    globals.put("strftime_now", args -> Strftime.now(args.limit(1, "format").text(0, "format")));
    globals.put("cycler", args -> cycler(args.positional()));
    globals.put("joiner", Globals::joiner);
  }

  private static Object range(Args args) {
    args.limit(3);
    long first = Values.integer(args.need(0, "stop"), "the bound of range");
    long start = args.count() > 1 ? first : 0;
    long stop =
        args.count() > 1 ? Values.integer(args.need(1, "stop"), "the bound of range") : first;
    long step = args.integer(2, "step", 1);
    if (step == 0) {
      throw JinjaException.runtime("the step of range is zero");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
      if (numbers.size() == MAX_RANGE) {
        throw JinjaException.limit("a range has more than " + MAX_RANGE + " numbers");
      }
      numbers.add(i);
    }
    Budget.build(numbers.size());
    return numbers;
  }

  private static Object namespace(Args args) {
    Namespace namespace = new Namespace();
    map(args).forEach((key, value) -> namespace.set(Printer.str(key), value));
    return namespace;
  }

  private static Object dict(Args args) {
    return map(args);
  }

  private static Map<Object, Object> map(Args args) {
    Map<Object, Object> map = new LinkedHashMap<>();
    Object start = args.get(0, "", Map.of());
    if (start instanceof Map<?, ?> given) {
      map.putAll(given);
    } else {
      for (Object pair : Values.iterate(start)) {
        List<Object> both = Values.iterate(pair);
        if (both.size() != 2) {
          throw JinjaException.runtime("dict needs pairs");
        }
        map.put(both.get(0), both.get(1));
      }
    }
    map.putAll(args.named());
    return map;
  }

  private static Object raise(Args args) {
    throw new JinjaException(
        JinjaException.Kind.RAISED, 0, Printer.str(args.get(0, "message", "")));
  }

  private static Object cycler(List<Object> items) {
    if (items.isEmpty()) {
      throw JinjaException.runtime("cycler needs at least one item");
    }
    Namespace cycler = new Namespace();
    long[] position = {0};
    cycler.set("current", items.getFirst());
    cycler.set(
        "next",
        (Callable)
            args -> {
              Object current = items.get((int) (position[0]++ % items.size()));
              cycler.set("current", items.get((int) (position[0] % items.size())));
              return current;
            });
    cycler.set(
        "reset",
        (Callable)
            args -> {
              position[0] = 0;
              cycler.set("current", items.getFirst());
              return null;
            });
    return cycler;
  }

  private static Object joiner(Args args) {
    String separator = Printer.str(args.get(0, "sep", ", "));
    boolean[] used = {false};
    return (Callable)
        ignored -> {
          boolean first = !used[0];
          used[0] = true;
          return first ? "" : separator;
        };
  }
}

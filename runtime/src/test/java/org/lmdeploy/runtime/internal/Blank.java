package org.lmdeploy.runtime.internal;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** Services that say what a test wants and otherwise nothing. */
final class Blank {
  private Blank() {}

  /**
   * A service.
   *
   * @param answers results by the names of methods; a {@link Supplier} is asked for its result
   */
  static <T> T of(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "equals" -> self == arguments[0];
                  case "hashCode" -> System.identityHashCode(self);
                  case "toString" -> type.getSimpleName();
                  default -> answer(method, answers.get(method.getName()));
                }));
  }

  private static Object answer(Method method, Object wanted) {
    if (wanted instanceof Supplier<?> supplier) {
      return supplier.get();
    }
    return wanted == null ? nothing(method.getReturnType()) : wanted;
  }

  private static Object nothing(Class<?> type) {
    return switch (type.getName()) {
      case "java.util.Optional" -> Optional.empty();
      case "java.util.OptionalInt" -> OptionalInt.empty();
      case "java.util.List" -> List.of();
      case "java.util.Set" -> Set.of();
      case "int" -> 0;
      case "long" -> 0L;
      case "boolean" -> false;
      default -> null;
    };
  }
}

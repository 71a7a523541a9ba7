package org.lmdeploy.testkit.cases;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.lmdeploy.api.ops.Ops;

/** Operators that note the names of those that were called. */
final class RecordedOps {
  private RecordedOps() {}

  static Ops of(Ops ops, Set<String> called) {
    return (Ops)
        Proxy.newProxyInstance(
            Ops.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (proxy, method, arguments) -> {
              called.add(method.getName());
              try {
                return method.invoke(ops, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}

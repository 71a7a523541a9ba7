package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the body of a call block. */
final class Macro implements Callable {
  private final String name;
  private final Stmt.Signature signature;
  private final List<Stmt> body;
  private final Scope closure;
  private final Renderer renderer;

  Macro(String name, Stmt.Signature signature, List<Stmt> body, Scope closure, Renderer renderer) {
    this.name = name;
    this.signature = signature;
    this.body = body;
    this.closure = closure;
    this.renderer = renderer;
  }

  String name() {
    return name;
  }

  @Override
  public Object call(Args args) {
    Scope scope = new Scope(closure);
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    List<String> names = signature.names();
    int required = names.size() - signature.defaults().size();
    for (int i = 0; i < names.size(); i++) {
      String parameter = names.get(i);
      if (i < args.count()) {
        scope.set(parameter, args.positional().get(i));
      } else if (named.containsKey(parameter)) {
        scope.set(parameter, named.remove(parameter));
      } else if (i >= required) {
        scope.set(
            parameter, renderer.evaluator().value(signature.defaults().get(i - required), scope));
      } else {
        scope.set(parameter, new Undefined("the parameter '" + parameter + "' of " + name));
      }
    }
    scope.set(
        "caller", named.containsKey("caller") ? named.remove("caller") : new Undefined("'caller'"));
    List<Object> rest =
        args.count() > names.size()
            ? args.positional().subList(names.size(), args.count())
            : List.of();
    scope.set("varargs", new ArrayList<>(rest));
    scope.set("kwargs", named);
    return renderer.capture(body, scope);
  }
}

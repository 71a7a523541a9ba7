package org.lmdeploy.template.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lmdeploy.template.jinja.Stmt.Target;

/** Executes statements. */
final class Renderer {
  /** How a statement ended. */
  private enum Flow {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator = new Evaluator(Library.STANDARD);
  private StringBuilder out = new StringBuilder();

  Evaluator evaluator() {
    return evaluator;
  }

  String render(List<Stmt> template, Map<String, Object> variables) {
    Scope scope = new Scope(null);
    variables.forEach((name, value) -> scope.set(name, Values.fromJava(value)));
    run(template, new Scope(scope));
    return out.toString();
  }

  /** What the statements print, as a text. */
  String capture(List<Stmt> statements, Scope scope) {
    StringBuilder outer = out;
    out = new StringBuilder();
    try {
      run(statements, scope);
      return out.toString();
    } finally {
      out = outer;
    }
  }

  private Flow run(List<Stmt> statements, Scope scope) {
    Budget.enter();
    Flow flow = Flow.NORMAL;
    for (int i = 0; i < statements.size() && flow == Flow.NORMAL; i++) {
      Stmt statement = statements.get(i);
      Budget.step();
      try {
        flow = run(statement, scope);
      } catch (JinjaException e) {
        throw e.at(statement.line());
      }
    }
    Budget.leave();
    return flow;
  }

  private Flow run(Stmt statement, Scope scope) {
    switch (statement) {
      case Stmt.Text text -> print(text.text());
      case Stmt.Output output -> print(Printer.str(evaluator.value(output.value(), scope)));
      case Stmt.If branch -> {
        return run(chosen(branch, scope), scope);
      }
      case Stmt.For loop -> loop(loop, evaluator.value(loop.items(), scope), scope, 0);
      case Stmt.Set set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
      case Stmt.SetBlock set -> {
        String text = capture(set.body(), new Scope(scope));
        Object value =
            set.filter() == null ? text : evaluator.filterOpen(set.filter(), text, scope);
        assign(set.target(), value, scope);
      }
      case Stmt.MacroDefinition m ->
          scope.set(m.name(), new Macro(m.name(), m.signature(), m.body(), scope, this));
      case Stmt.CallBlock block -> callBlock(block, scope);
      case Stmt.FilterBlock block -> {
        String text = capture(block.body(), new Scope(scope));
        print(Printer.str(evaluator.filterOpen(block.filter(), text, scope)));
      }
      case Stmt.With with -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < with.targets().size(); i++) {
          assign(with.targets().get(i), evaluator.value(with.values().get(i), scope), inner);
        }
        return run(with.body(), inner);
      }
      case Stmt.Group group -> {
        return run(group.body(), new Scope(scope));
      }
      case Stmt.Break ignored -> {
        return Flow.BREAK;
      }
      case Stmt.Continue ignored -> {
        return Flow.CONTINUE;
      }
    }
    return Flow.NORMAL;
  }

  private void print(String text) {
    Budget.build(text.length());
    out.append(text);
  }

  private List<Stmt> chosen(Stmt.If branch, Scope scope) {
    for (int i = 0; i < branch.tests().size(); i++) {
      if (evaluator.truth(branch.tests().get(i), scope)) {
        return branch.bodies().get(i);
      }
    }
    return branch.otherwise();
  }

  private void callBlock(Stmt.CallBlock block, Scope scope) {
    Args args = evaluator.arguments(block.call().arguments(), scope);
    args.named().put("caller", new Macro("caller", block.signature(), block.body(), scope, this));
    print(Printer.str(evaluator.call(evaluator.value(block.call().function(), scope), args)));
  }

  private void loop(Stmt.For loop, Object iterated, Scope scope, int depth) {
    List<Object> items = kept(loop, Values.iterate(iterated), scope);
    if (items.isEmpty()) {
      run(loop.otherwise(), new Scope(scope));
      return;
    }
    LoopState state =
        new LoopState(
            items, depth, loop.recursive() ? inner -> recurse(loop, inner, scope, depth) : null);
    while (state.hasNext()) {
      Scope iteration = new Scope(scope);
      iteration.set("loop", state);
      assign(loop.target(), state.next(), iteration);
      if (run(loop.body(), iteration) == Flow.BREAK) {
        return;
      }
    }
  }

  private Object recurse(Stmt.For loop, Object items, Scope scope, int depth) {
    StringBuilder outer = out;
    out = new StringBuilder();
    try {
      Budget.enter();
      loop(loop, items, scope, depth + 1);
      Budget.leave();
      return out.toString();
    } finally {
      out = outer;
    }
  }

  private List<Object> kept(Stmt.For loop, List<Object> items, Scope scope) {
    if (loop.filter() == null) {
      return items;
    }
    List<Object> kept = new ArrayList<>();
    for (Object item : items) {
      Scope inner = new Scope(scope);
      assign(loop.target(), item, inner);
      if (evaluator.truth(loop.filter(), inner)) {
        kept.add(item);
      }
    }
    return kept;
  }

  private void assign(Target target, Object value, Scope scope) {
    switch (target) {
      case Target.Variable variable -> scope.set(variable.name(), value);
      case Target.Member member -> {
        if (!(scope.get(member.object()) instanceof Namespace namespace)) {
          throw JinjaException.runtime("attributes can be set on a namespace alone");
        }
        namespace.set(member.attribute(), value);
      }
      case Target.Unpack unpack -> {
        List<Object> items = Values.iterate(value);
        if (items.size() != unpack.targets().size()) {
          throw JinjaException.runtime(
              items.size() + " values cannot be assigned to " + unpack.targets().size() + " names");
        }
        for (int i = 0; i < items.size(); i++) {
          assign(unpack.targets().get(i), items.get(i), scope);
        }
      }
    }
  }
}

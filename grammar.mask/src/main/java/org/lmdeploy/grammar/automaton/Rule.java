package org.lmdeploy.grammar.automaton;

import java.util.List;
import java.util.function.Consumer;

/** A named part, which may contain itself. */
public final class Rule extends Nonterminal {
  private Element body;

  /** A rule whose body comes later. */
  public Rule() {}

  /** Sets what the rule stands for. */
  public void define(Element element) {
    body = element;
  }

  /** Whether it is known what the rule stands for. */
  public boolean isDefined() {
    return body != null;
  }

  @Override
  public void expand(Stack rest, Consumer<Stack> to) {
    if (body.isFinite()) {
      to.accept(new Stack(body, rest));
    }
  }

  @Override
  protected List<Element> parts() {
    return List.of(body);
  }

  @Override
  protected boolean computeFinite() {
    return body.isFinite();
  }
}

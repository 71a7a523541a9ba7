package org.lmdeploy.grammar.automaton;

import java.nio.charset.StandardCharsets;

/** A place in a fixed text. Each exists once for its text, so that identity is equality. */
public final class Literal extends Terminal {
  private final int b;
  private final Literal next;

  private Literal(int b, Literal next) {
    this.b = b;
    this.next = next;
  }

  /** The beginning of a text. */
  public static Literal of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Literal place = new Literal(-1, null);
    for (int i = bytes.length - 1; i >= 0; i--) {
      place = new Literal(bytes[i] & 0xff, place);
    }
    return place;
  }

  @Override
  public Literal next(int b) {
    return b == this.b ? next : null;
  }

  @Override
  public boolean mayLeave() {
    return next == null;
  }

  @Override
  public boolean goesOn() {
    return next != null;
  }
}

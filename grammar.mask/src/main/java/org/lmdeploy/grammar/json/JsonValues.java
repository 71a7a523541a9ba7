package org.lmdeploy.grammar.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.automaton.Liveness;

/** Values of which a schema says nothing. They are nested to a limit, since an answer must end. */
public final class JsonValues {
  /** How deep objects and arrays of which a schema says nothing may be nested. */
  public static final int MOST_DEPTH = 16;

  private static final Element[] OBJECTS = new Element[MOST_DEPTH];
  private static final Element[] ARRAYS = new Element[MOST_DEPTH];
  private static final Element[] VALUES = new Element[MOST_DEPTH + 1];

  static {
    for (int depth = 0; depth <= MOST_DEPTH; depth++) {
      List<Element> scalars =
          List.of(JsonText.STRING, JsonText.NUMBER, JsonText.TRUE, JsonText.FALSE, JsonText.NULL);
      if (depth == 0) {
        VALUES[0] = Elements.choice(scalars);
      } else {
        List<Element> all = new ArrayList<>(scalars);
        all.add(OBJECTS[depth - 1]);
        all.add(ARRAYS[depth - 1]);
        VALUES[depth] = Elements.choice(all);
      }
      Liveness.compute(VALUES[depth]);
      if (depth < MOST_DEPTH) {
        OBJECTS[depth] =
            new ObjectShape(
                    List.of(), List.of(ObjectShape.Keys.any(VALUES[depth])), 0, Integer.MAX_VALUE)
                .element();
        ARRAYS[depth] =
            new ArrayShape(List.of(), Optional.of(VALUES[depth]), 0, Integer.MAX_VALUE).element();
      }
    }
  }

  private JsonValues() {}

  /** Any value. */
  public static Element value() {
    return VALUES[MOST_DEPTH];
  }

  /** Any object. */
  public static Element object() {
    return OBJECTS[MOST_DEPTH - 1];
  }

  /** Any array. */
  public static Element array() {
    return ARRAYS[MOST_DEPTH - 1];
  }
}

package org.lmdeploy.grammar.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lmdeploy.grammar.automaton.Dfa;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Elements;
import org.lmdeploy.grammar.regex.Spelling;

/** What an object may be: named members in a fixed order, then others, no key twice. */
public final class ObjectShape {
  private final List<Property> properties;
  private final List<Keys> others;
  private final int least;
  private final int most;
  private final KeySet named;

  /** The indices of the properties in the order of their names' bytes, and these bytes. */
  private final int[] order;

  private final byte[][] names;

  /**
   * A member that a schema names.
   *
   * @param name its key
   * @param value what its value may be
   * @param required whether it must be there
   */
  public record Property(String name, Element value, boolean required) {}

  /**
   * Members that a schema does not name. Sets of different keys do not overlap.
   *
   * @param dfa the keys with their quotes, as {@link JsonText#quoted} spells them
   * @param value what their values may be
   */
  public record Keys(Dfa dfa, Element value) {
    /** Any key. */
    public static Keys any(Element value) {
      return new Keys(JsonText.KEY, value);
    }
  }

  /**
   * A shape.
   *
   * @param properties named members; one whose value cannot be finished is never written
   * @param least the fewest members
   * @param most the most members; {@link Integer#MAX_VALUE} for no limit
   */
  public ObjectShape(List<Property> properties, List<Keys> others, int least, int most) {
    this.properties = List.copyOf(properties);
    this.others = List.copyOf(others);
    this.least = least;
    this.most = most;
    byte[][] bytes =
        properties.stream().map(property -> key(property.name())).toArray(byte[][]::new);
    order =
        IntStream.range(0, bytes.length)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    names = Arrays.stream(order).mapToObj(i -> bytes[i]).toArray(byte[][]::new);
    named =
        KeySet.of(
            Arrays.stream(bytes)
                .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                .collect(Collectors.toSet()));
  }

  /** The objects of this shape. */
  public Element element() {
    return Elements.sequence(JsonText.OPEN_OBJECT, ObjectRest.start(this));
  }

  private static byte[] key(String name) {
    return ('"' + Spelling.json(name) + '"').getBytes(StandardCharsets.UTF_8);
  }

  List<Property> properties() {
    return properties;
  }

  List<Keys> others() {
    return others;
  }

  int least() {
    return least;
  }

  int most() {
    return most;
  }

  /** Whether the number of members matters. */
  boolean counts() {
    return least > 0 || most < Integer.MAX_VALUE;
  }

  KeySet named() {
    return named;
  }

  /** The bytes of the key that is at a place in the order of bytes. */
  byte[] nameInOrder(int at) {
    return names[at];
  }

  /** The property of that key. */
  int indexInOrder(int at) {
    return order[at];
  }
}

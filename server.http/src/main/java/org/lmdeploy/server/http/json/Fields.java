package org.lmdeploy.server.http.json;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object in a request. Reading a field marks it as known; {@link
 * #refuseUnknown()} refuses what nobody read, so that no field is ignored silently. A null counts
 * as absent.
 */
public final class Fields {
  private final JsonNode object;
  private final String path;
  private final Set<String> unread;
  private final boolean strict;

  private Fields(JsonNode object, String path, boolean strict) {
    this.object = object;
    this.path = path;
    this.strict = strict;
    this.unread = new LinkedHashSet<>(object.propertyNames());
  }

  /**
   * The fields of a node.
   *
   * @param path where the node stands in the request; empty for the request itself
   * @throws InvalidRequestException if it is no object
   */
  public static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw Problems.wrong(path, node, "a JSON object");
    }
    return new Fields(node, path, true);
  }

  /** The same fields, of which those that nobody knows are ignored. */
  Fields lenient() {
    return new Fields(object, path, false);
  }

  /** The full name of a field, as errors name it. */
  public String name(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** A field's value whatever its type. */
  public Optional<JsonNode> value(String field) {
    unread.remove(field);
    return Optional.ofNullable(object.get(field)).filter(node -> !node.isNull());
  }

  /** A text. */
  public Optional<String> text(String field) {
    return value(field).map(node -> Values.text(name(field), node));
  }

  /** A finite number; its range is the caller's matter. */
  public OptionalDouble number(String field) {
    Optional<JsonNode> node = value(field);
    return node.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Values.number(name(field), node.get()));
  }

  /** A whole number within bounds. */
  public OptionalInt integer(String field, int least, int most) {
    Optional<JsonNode> node = value(field);
    return node.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Values.integer(name(field), node.get(), least, most));
  }

  /** A whole number of 64 bits. */
  public OptionalLong integer64(String field) {
    Optional<JsonNode> node = value(field);
    if (node.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!node.get().isIntegralNumber() || !node.get().canConvertToLong()) {
      throw Problems.wrong(name(field), node.get(), "a whole number of at most 64 bits");
    }
    return OptionalLong.of(node.get().longValue());
  }

  /** True or false. */
  public boolean flag(String field, boolean ifAbsent) {
    return value(field)
        .map(
            node -> {
              if (!node.isBoolean()) {
                throw Problems.wrong(name(field), node, "true or false");
              }
              return node.booleanValue();
            })
        .orElse(ifAbsent);
  }

  /** An object within this one. */
  public Optional<Fields> object(String field) {
    return value(field).map(node -> of(node, name(field)));
  }

  /** Accepts fields that are labels: they change nothing in the answer. */
  public void acceptLabels(Collection<String> fields) {
    unread.removeAll(fields);
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidRequestException if there is a field that was not read
   */
  public void refuseUnknown() {
    if (strict && !unread.isEmpty()) {
      String name = name(Problems.shown(unread.iterator().next()));
      throw new InvalidRequestException(
          name, "there is no field " + name + "; it would have no effect, so leave it out");
    }
  }
}

package org.lmdeploy.api.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * An immutable JSON object of a checkpoint, read with types and checked. Every error names the file
 * and the key, what stands there and what is needed. A key whose value is JSON null counts as
 * absent.
 */
public final class ConfigTree {
  private final String path;
  private final Map<String, Object> values;

  private ConfigTree(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /**
   * @param path where the object comes from, for messages: a file name, for example {@code
   *     config.json}
   * @param values JSON values: Boolean, Number, String, List, Map with String keys, or null
   */
  public static ConfigTree of(String path, Map<String, Object> values) {
    return new ConfigTree(
        Objects.requireNonNull(path, "path"),
        Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /** Where this object comes from: file and keys. */
  public String path() {
    return path;
  }

  /** The keys that are present, those with a null value included. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** All values as they were read. */
  public Map<String, Object> values() {
    return values;
  }

  /** Whether the key is present with a value other than null. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** A whole number of at least 1. */
  public int positiveInt(String key) {
    return atLeast(key, requiredInt(key), 1);
  }

  /** A whole number of at least 1, or {@code fallback} if the key is absent. */
  public int positiveInt(String key, int fallback) {
    return has(key) ? positiveInt(key) : fallback;
  }

  /** A whole number of at least 0, or {@code fallback} if the key is absent. */
  public int nonNegativeInt(String key, int fallback) {
    return has(key) ? atLeast(key, requiredInt(key), 0) : fallback;
  }

  /** Any whole number, or {@code fallback} if the key is absent. */
  public int integer(String key, int fallback) {
    return has(key) ? requiredInt(key) : fallback;
  }

  /** A finite number. */
  public double number(String key) {
    return finite(key, required(key));
  }

  /** A finite number, or {@code fallback} if the key is absent. */
  public double number(String key, double fallback) {
    return has(key) ? number(key) : fallback;
  }

  /** A finite number above zero, or {@code fallback} if the key is absent. */
  public double positiveNumber(String key, double fallback) {
    double number = number(key, fallback);
    if (number <= 0) {
      throw wrong(key, number, "a number above 0 is needed");
    }
    return number;
  }

  /** True or false, or {@code fallback} if the key is absent. */
  public boolean flag(String key, boolean fallback) {
    Object value = values.get(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, value, "true or false is needed");
  }

  /** A text. */
  public String text(String key) {
    Object value = required(key);
    if (value instanceof String text) {
      return text;
    }
    throw wrong(key, value, "a text is needed");
  }

  /** A text, or {@code fallback} if the key is absent. */
  public String text(String key, String fallback) {
    return has(key) ? text(key) : fallback;
  }

  /** A list of texts, empty if the key is absent. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(key)) {
      if (!(element instanceof String text)) {
        throw wrong(key, element, "a list of texts is needed");
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  /** A list of finite numbers, empty if the key is absent. */
  public double[] numbers(String key) {
    return list(key).stream().mapToDouble(element -> finite(key, element)).toArray();
  }

  /** A whole number or a list of whole numbers as a list, empty if the key is absent. */
  public List<Integer> integers(String key) {
    Object value = values.get(key);
    List<?> elements = value instanceof Number ? List.of(value) : list(key);
    List<Integer> integers = new ArrayList<>();
    for (Object element : elements) {
      integers.add(whole(key, element));
    }
    return List.copyOf(integers);
  }

  /** A list, empty if the key is absent. */
  public List<?> list(String key) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(key, value, "a list is needed");
  }

  /** An object. */
  public ConfigTree child(String key) {
    return object(path + ": " + key, key, required(key));
  }

  /** An object, or empty if the key is absent. */
  public Optional<ConfigTree> optionalChild(String key) {
    return has(key) ? Optional.of(child(key)) : Optional.empty();
  }

  /** The error that says what is wrong with the value of a key. */
  public InvalidModelException wrong(String key, Object value, String needed) {
    return new InvalidModelException(path + ": " + key + " is " + value + "; " + needed);
  }

  private ConfigTree object(String childPath, String key, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(key, value, "an object is needed");
    }
    Map<String, Object> children = new LinkedHashMap<>();
    map.forEach((name, child) -> children.put(String.valueOf(name), child));
    return new ConfigTree(childPath, Collections.unmodifiableMap(children));
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new InvalidModelException(path + ": " + key + " is missing");
    }
    return value;
  }

  private int requiredInt(String key) {
    return whole(key, required(key));
  }

  private int whole(String key, Object value) {
    double number = finite(key, value);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw wrong(key, value, "a whole number of at most " + Integer.MAX_VALUE + " is needed");
    }
    return (int) number;
  }

  private double finite(String key, Object value) {
    if (!(value instanceof Number number)) {
      throw wrong(key, value, "a number is needed");
    }
    double result = number.doubleValue();
    if (!Double.isFinite(result)) {
      throw wrong(key, value, "a finite number is needed");
    }
    return result;
  }

  private int atLeast(String key, int value, int least) {
    if (value < least) {
      throw wrong(key, value, "at least " + least + " is needed");
    }
    return value;
  }
}

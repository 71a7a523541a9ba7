package org.lmdeploy.hub.safetensors;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tensor.Shape;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Parses the JSON of a safetensors header; checks each entry by itself. */
final class HeaderParser {
  private static final int MAX_RANK = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String file;
  private final JsonParser parser;

  private HeaderParser(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  static List<TensorEntry> parse(String file, byte[] header) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), header)) {
      return new HeaderParser(file, parser).entries();
    } catch (JacksonException e) {
      throw new InvalidModelException(
          file + ": the header is no valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private List<TensorEntry> entries() {
    List<TensorEntry> entries = new ArrayList<>();
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the header", "an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals("__metadata__")) {
        parser.skipChildren();
      } else {
        entries.add(entry(name));
      }
    }
    if (parser.nextToken() != null) {
      throw new InvalidModelException(file + ": something follows the header's object");
    }
    return entries;
  }

  private TensorEntry entry(String name) {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "tensor " + name, "an object");
    ElementType type = null;
    long[] dims = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = type(name);
        case "shape" -> dims = numbers(name, key, MAX_RANK);
        case "data_offsets" -> offsets = numbers(name, key, 2);
        default -> throw wrong(name, "has the unknown key '" + key + "'");
      }
    }
    if (type == null || dims == null || offsets == null || offsets.length != 2) {
      throw wrong(name, "needs dtype, shape and data_offsets with two numbers");
    }
    return checked(name, type, dims, offsets[0], offsets[1]);
  }

  private TensorEntry checked(String name, ElementType type, long[] dims, long begin, long end) {
    try {
      Shape shape = Shape.of(dims);
      long bytes = Math.multiplyExact(shape.elements(), (long) type.bytes());
      if (begin > end) {
        throw wrong(name, "begins at " + begin + ", behind its end at " + end);
      }
      if (end - begin != bytes) {
        throw wrong(
            name,
            "is "
                + type
                + shape
                + ", which needs "
                + bytes
                + " bytes; its offsets span "
                + (end - begin));
      }
      return new TensorEntry(name, type, shape, begin, end);
    } catch (ArithmeticException e) {
      throw new InvalidModelException(
          file + ": tensor " + name + " has a shape of more than 2^63 bytes", e);
    }
  }

  private ElementType type(String name) {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, "dtype of tensor " + name, "a text");
    String text = parser.getString();
    return ElementType.named(text)
        .orElseThrow(
            () ->
                wrong(
                    name,
                    "has the unknown dtype '" + text + "'; known are " + ElementType.names()));
  }

  private long[] numbers(String name, String key, int most) {
    String where = key + " of tensor " + name;
    expect(parser.currentToken(), JsonToken.START_ARRAY, where, "a list of numbers");
    long[] numbers = new long[most];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where, "whole numbers");
      if (count == most) {
        throw wrong(name, "has more than " + most + " numbers in " + key);
      }
      long number = parser.getLongValue(); // out of range: a JacksonException, told as such
      if (number < 0) {
        throw wrong(name, "has " + number + " in " + key + "; at least 0 is needed");
      }
      numbers[count++] = number;
    }
    return java.util.Arrays.copyOf(numbers, count);
  }

  private void expect(JsonToken found, JsonToken needed, String where, String what) {
    if (found != needed) {
      throw new InvalidModelException(file + ": " + where + " has to be " + what);
    }
  }

  private InvalidModelException wrong(String name, String problem) {
    return new InvalidModelException(file + ": tensor " + name + " " + problem);
  }
}

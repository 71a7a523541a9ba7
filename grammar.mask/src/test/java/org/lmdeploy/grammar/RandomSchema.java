package org.lmdeploy.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * A schema made by chance, and values that fulfil it, written as answers write them.
 *
 * @param json the schema
 * @param value makes a value
 */
record RandomSchema(String json, Function<Random, String> value) {
  private static final List<String> WORDS =
      List.of(
          "a", "name", "ab", "abc", "x y", "\u00e9t\u00e9", "q\\\"", "size", "\ud83d\ude00", "b");

  /** A schema with schemas inside up to a depth. */
  static RandomSchema of(Random random, int depth) {
    int kinds = depth == 0 ? 9 : 15;
    return switch (random.nextInt(kinds)) {
      case 0 -> new RandomSchema("{\"type\":\"null\"}", _ -> "null");
      case 1 -> new RandomSchema("{\"type\":\"boolean\"}", r -> r.nextBoolean() ? "true" : "false");
      case 2 -> listed(random);
      case 3, 4 -> integer(random);
      case 5 -> number(random);
      case 6, 7 -> string(random);
      case 8 -> pattern(random);
      case 9 -> array(random, depth);
      case 10, 11 -> object(random, depth);
      case 12 -> map(random, depth);
      case 13 -> anyOf(random, depth);
      default -> random.nextBoolean() ? oneOf(random, depth) : allOf(random, depth);
    };
  }

  private static RandomSchema listed(Random random) {
    List<String> values =
        new ArrayList<>(List.of("1", "\"a\\n\"", "null", "{\"k\": [1, \"v\"]}", "-2.5"));
    java.util.Collections.shuffle(values, random);
    List<String> some = values.subList(0, 1 + random.nextInt(4));
    String json =
        some.size() == 1
            ? "{\"const\":" + some.getFirst() + "}"
            : "{\"enum\":[" + String.join(",", some) + "]}";
    return new RandomSchema(json, r -> some.get(r.nextInt(some.size())));
  }

  private static RandomSchema integer(Random random) {
    int least = random.nextInt(2000) - 1000;
    int most = least + random.nextInt(random.nextBoolean() ? 10 : 3000);
    return switch (random.nextInt(4)) {
      case 0 -> new RandomSchema("{\"type\":\"integer\"}", r -> "" + r.nextInt());
      case 1 ->
          new RandomSchema(
              "{\"type\":\"integer\",\"minimum\":" + least + "}",
              r -> "" + (least + r.nextInt(5000)));
      case 2 -> {
        int step = 1 + random.nextInt(30);
        yield new RandomSchema(
            "{\"type\":\"integer\",\"multipleOf\":" + step + ",\"exclusiveMaximum\":1000}",
            r -> "" + step * (r.nextInt(Math.max(1, 999 / step)) - (r.nextBoolean() ? 0 : 99)));
      }
      default ->
          new RandomSchema(
              "{\"type\":\"integer\",\"minimum\":" + least + ",\"maximum\":" + most + "}",
              r -> "" + (least + r.nextInt(most - least + 1)));
    };
  }

  private static RandomSchema number(Random random) {
    BigDecimal least = BigDecimal.valueOf(random.nextInt(40_000) - 20_000, random.nextInt(4));
    BigDecimal most = least.add(BigDecimal.valueOf(1 + random.nextInt(3000), 2));
    boolean exclusive = random.nextBoolean();
    String json =
        "{\"type\":\"number\",\"%s\":%s,\"maximum\":%s}"
            .formatted(
                exclusive ? "exclusiveMinimum" : "minimum",
                least.toPlainString(),
                most.toPlainString());
    return new RandomSchema(
        json,
        r -> {
          BigDecimal part = BigDecimal.valueOf(1 + r.nextInt(1000), 3);
          return most.subtract(most.subtract(least).multiply(BigDecimal.ONE.subtract(part)))
              .toPlainString();
        });
  }

  private static RandomSchema string(Random random) {
    int least = random.nextInt(4);
    int most = least + random.nextInt(6);
    String json =
        switch (random.nextInt(4)) {
          case 0 -> "{\"type\":\"string\",\"minLength\":" + least + "}";
          case 1 -> "{\"type\":\"string\"}";
          default -> "{\"type\":\"string\",\"minLength\":" + least + ",\"maxLength\":" + most + "}";
        };
    return new RandomSchema(json, r -> text(r, least, most));
  }

  private static String text(Random random, int least, int most) {
    String[] characters = {
      "a", " ", "\u00e9", "\u6f22", "\ud83d\ude00", "\\\"", "\\\\", "\\n", "{", "7"
    };
    StringBuilder text = new StringBuilder("\"");
    for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
      text.append(characters[random.nextInt(characters.length)]);
    }
    return text.append('"').toString();
  }

  private static RandomSchema pattern(Random random) {
    String[][] patterns = {
      {"\"pattern\":\"^[a-z]{2,4}$\"", "\"abc\"", "\"xy\""},
      {"\"pattern\":\"^(ab|cd)+-\\\\d{3}$\"", "\"abcd-123\""},
      {"\"pattern\":\"[0-9]\",\"maxLength\":6", "\"a1\"", "\"123456\""},
      {"\"pattern\":\"^\\\\S+ \\\\w*$\"", "\"a, b_1\""},
      {"\"pattern\":\"^[^a-y]{1,3}$\"", "\"z0\"", "\"\u00e9\""},
      {"\"pattern\":\"^a\",\"minLength\":2", "\"ab\"", "\"a\\\"\""},
      {"\"format\":\"date\"", "\"2024-02-29\""},
      {"\"format\":\"date-time\"", "\"1999-12-31T23:59:58Z\""},
      {"\"format\":\"uuid\"", "\"123e4567-e89b-12d3-a456-426614174000\""},
      {"\"format\":\"ipv4\"", "\"10.0.255.1\""},
      {"\"format\":\"ipv6\"", "\"fe80::1\""},
      {"\"format\":\"time\"", "\"10:00:00Z\""},
      {"\"format\":\"uri\"", "\"https://a.example.org/x\""},
      {"\"format\":\"hostname\"", "\"a-b.example.org\""},
      {"\"format\":\"duration\"", "\"P1DT2H\""}
    };
    String[] one = patterns[random.nextInt(patterns.length)];
    return new RandomSchema(
        "{\"type\":\"string\"," + one[0] + "}", r -> one[1 + r.nextInt(one.length - 1)]);
  }

  private static RandomSchema array(Random random, int depth) {
    RandomSchema items = of(random, depth - 1);
    int least = random.nextInt(3);
    int most = least + random.nextInt(3);
    List<RandomSchema> first = new ArrayList<>();
    StringJoiner prefix = new StringJoiner(",", "[", "]");
    for (int i = random.nextInt(3); i > 0; i--) {
      RandomSchema each = of(random, depth - 1);
      first.add(each);
      prefix.add(each.json);
    }
    String json =
        "{\"type\":\"array\",%s\"items\":%s,\"minItems\":%d,\"maxItems\":%d}"
            .formatted(
                first.isEmpty() ? "" : "\"prefixItems\":" + prefix + ",", items.json, least, most);
    return new RandomSchema(
        json,
        r -> {
          StringJoiner values = new StringJoiner(", ", "[", "]");
          int size = least + r.nextInt(most - least + 1);
          for (int i = 0; i < size; i++) {
            values.add((i < first.size() ? first.get(i) : items).value.apply(r));
          }
          return values.toString();
        });
  }

  private record Member(String name, RandomSchema schema, boolean required) {}

  private static List<Member> members(Random random, int depth) {
    List<String> names = new ArrayList<>(WORDS);
    java.util.Collections.shuffle(names, random);
    List<Member> members = new ArrayList<>();
    for (String name : names.subList(0, random.nextInt(5))) {
      members.add(new Member(name, of(random, depth - 1), random.nextInt(3) > 0));
    }
    return members;
  }

  private static String keywords(List<Member> members) {
    StringJoiner properties = new StringJoiner(",", "\"properties\":{", "}");
    StringJoiner required = new StringJoiner(",", "\"required\":[", "]");
    for (Member member : members) {
      properties.add('"' + member.name + "\":" + member.schema.json);
      if (member.required) {
        required.add('"' + member.name + '"');
      }
    }
    return properties + "," + required;
  }

  private static StringJoiner write(List<Member> members, Random random) {
    StringJoiner written = new StringJoiner(", ", "{", "}");
    for (Member member : members) {
      if (member.required || random.nextBoolean()) {
        written.add('"' + member.name + "\": " + member.schema.value.apply(random));
      }
    }
    return written;
  }

  private static RandomSchema object(Random random, int depth) {
    List<Member> members = members(random, depth);
    if (random.nextInt(3) == 0) {
      RandomSchema others = of(random, depth - 1);
      return new RandomSchema(
          "{\"type\":\"object\",%s,\"additionalProperties\":%s}"
              .formatted(keywords(members), others.json),
          r -> {
            StringJoiner written = write(members, r);
            for (int i = r.nextInt(3); i > 0; i--) {
              written.add("\"other " + i + "\": " + others.value.apply(r));
            }
            return written.toString();
          });
    }
    return new RandomSchema(
        "{\"type\":\"object\"," + keywords(members) + ",\"additionalProperties\":false}",
        r -> write(members, r).toString());
  }

  private static RandomSchema map(Random random, int depth) {
    RandomSchema values = of(random, depth - 1);
    String json =
        switch (random.nextInt(3)) {
          case 0 ->
              "{\"type\":\"object\",\"patternProperties\":{\"^k[0-9]+$\":%s},\"additionalProperties\":false}";
          case 1 ->
              "{\"type\":\"object\",\"propertyNames\":{\"pattern\":\"^k\"},\"additionalProperties\":%s}";
          default -> "{\"type\":\"object\",\"additionalProperties\":%s,\"maxProperties\":3}";
        };
    return new RandomSchema(
        json.formatted(values.json),
        r -> {
          StringJoiner written = new StringJoiner(", ", "{", "}");
          for (int i = r.nextInt(4); i > 0; i--) {
            written.add("\"k" + i + "\": " + values.value.apply(r));
          }
          return written.toString();
        });
  }

  private static RandomSchema anyOf(Random random, int depth) {
    List<RandomSchema> options = new ArrayList<>();
    StringJoiner json = new StringJoiner(",", "{\"anyOf\":[", "]}");
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      RandomSchema option = of(random, depth - 1);
      options.add(option);
      json.add(option.json);
    }
    return new RandomSchema(
        json.toString(), r -> options.get(r.nextInt(options.size())).value.apply(r));
  }

  private static RandomSchema oneOf(Random random, int depth) {
    List<RandomSchema> options = new ArrayList<>();
    StringJoiner json = new StringJoiner(",", "{\"oneOf\":[", "]}");
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      String tag = "t" + i;
      RandomSchema value = of(random, depth - 1);
      json.add(
          "{\"type\":\"object\",\"properties\":{\"tag\":{\"const\":\"%s\"},\"v\":%s},\"required\":[\"tag\",\"v\"],\"additionalProperties\":false}"
              .formatted(tag, value.json));
      options.add(
          new RandomSchema(
              "", r -> "{\"tag\": \"" + tag + "\", \"v\": " + value.value.apply(r) + "}"));
    }
    return new RandomSchema(
        json.toString(), r -> options.get(r.nextInt(options.size())).value.apply(r));
  }

  private static RandomSchema allOf(Random random, int depth) {
    List<Member> members = members(random, depth);
    return new RandomSchema(
        "{\"allOf\":[{\"type\":\"object\"},{%s}],\"minProperties\":0}".formatted(keywords(members)),
        r -> write(members, r).toString());
  }

  /** A schema that contains itself. */
  static RandomSchema recursive(Random random) {
    RandomSchema leaf = of(random, 1);
    return new RandomSchema(
        """
        {"$ref":"#/$defs/node","$defs":{"leaf":%s,"node":{"type":"object","properties":{\
        "v":{"$ref":"#/$defs/leaf"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},\
        "required":["v","next"],"additionalProperties":false}}}\
        """
            .formatted(leaf.json),
        r -> {
          String value = "null";
          for (int i = 1 + r.nextInt(3); i > 0; i--) {
            value = "{\"v\": " + leaf.value.apply(r) + ", \"next\": " + value + "}";
          }
          return value;
        });
  }
}

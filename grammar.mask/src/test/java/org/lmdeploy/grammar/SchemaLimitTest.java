package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/** Schemas that are refused, and large ones that are not. */
class SchemaLimitTest {
  private static String list(int count, IntFunction<String> each) {
    return IntStream.range(0, count).mapToObj(each).collect(Collectors.joining(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'not': {}}; #/not",
        "{'properties': {'a': {'if': {}}}}; #/properties/a/if",
        "{'type': 'array', 'uniqueItems': true}; #/uniqueItems",
        "{'contains': {}}; #/contains",
        "{'dependentRequired': {}}; #/dependentRequired",
        "{'unevaluatedProperties': false}; #/unevaluatedProperties",
        "{'$ref': 'https://example.org/s'}; #/$ref",
        "{'type': 'string', 'format': 'phone'}; #/format",
        "{'type': 'number', 'multipleOf': 0.3}; #/multipleOf",
        "{'items': [{}]}; #/items",
        "{'oneOf': [{'type': 'string'}, {'maxLength': 3}]}; #/oneOf",
        "{'oneOf': [{'type': 'integer'}, {'type': 'number'}]}; #/oneOf",
        "{'oneOf': [{'type': 'object'}, {'type': 'object', 'required': ['a']}]}; #/oneOf",
        "{'maxLenght': 3}; #/maxLenght",
        "{'pattern': '(?=a)'}; #/pattern",
        "{'$dynamicRef': '#x'}; #/$dynamicRef",
        "{'enum': [[1], [2]], 'maxItems': 3}; #/maxItems"
      })
  void whatCannotBeGuaranteedIsNamed(String schema, String place) {
    String json = schema.replace('\'', '"');
    LmDeployException refusal =
        assertThrows(UnsupportedFeatureException.class, () -> Answers.of(json));
    assertTrue(refusal.getMessage().contains(place), refusal::getMessage);
    assertEquals("response_format", refusal.parameter().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{; not JSON",
        "5; no schema",
        "{'a': 1, 'a': 2}; not JSON",
        "{'enum': ['\\ud800']}; half of a surrogate",
        "{'properties': {'\\udc00': {}}}; surrogate",
        "{'type': 'text'}; #/type",
        "{'type': []}; #/type",
        "{'properties': []}; #/properties",
        "{'properties': {'a': 1}}; #/properties/a",
        "{'required': 'a'}; #/required",
        "{'minLength': -1}; #/minLength",
        "{'minimum': 'a'}; #/minimum",
        "{'multipleOf': 0}; #/multipleOf",
        "{'anyOf': {}}; #/anyOf",
        "{'enum': 'a'}; #/enum",
        "{'pattern': '('}; #/pattern",
        "{'$ref': '#/$defs/a'}; #/$ref",
        "{'$ref': '#x'}; #/$ref",
        "{'$ref': '#'}; refers to itself",
        "{'anyOf': [{'$ref': '#'}, {'type': 'null'}]}; refers to itself",
        "false; no finite text",
        "{'enum': []}; no finite text",
        "{'anyOf': []}; no finite text",
        "{'type': 'integer', 'minimum': 2, 'maximum': 1}; no finite text",
        "{'type': 'string', 'minLength': 2, 'maxLength': 1}; no finite text",
        "{'type': 'array', 'minItems': 2, 'maxItems': 1}; no finite text",
        "{'type': 'string', 'pattern': '^a$', 'minLength': 2}; no finite text",
        "{'allOf': [{'type': 'string'}, {'type': 'null'}]}; no finite text",
        "{'properties': {'a': {'$ref': '#'}}, 'required': ['a']}; no finite text",
        "{'type': 'object', 'required': ['a'], 'additionalProperties': false}; no finite text",
        "{'properties': {'a': {}}, 'minProperties': 2, 'additionalProperties': false}; no finite"
            + " text"
      })
  void whatIsWrongIsSaid(String schema, String message) {
    String json = schema.replace('\'', '"');
    LmDeployException refusal = assertThrows(InvalidRequestException.class, () -> Answers.of(json));
    assertTrue(refusal.getMessage().contains(message), refusal::getMessage);
  }

  @Test
  void whatExplodesIsRefused() {
    String bits = list(12, i -> "{\"anyOf\":[" + list(3, j -> "{\"maximum\":" + j + "}") + "]}");
    String nested = "{\"type\":\"null\"}";
    for (int i = 0; i < 40; i++) {
      nested =
          "{\"anyOf\":[" + nested + "," + nested.substring(0, Math.min(15, nested.length())) + "]}";
    }
    String[] schemas = {
      "{\"allOf\":[" + bits + "]}",
      "{\"type\":\"string\",\"pattern\":\"^(a{1,1000}){1,1000}$\"}",
      "{\"type\":\"string\",\"pattern\":\"^.{0,3000}$\",\"maxLength\":2000}",
      "{\"type\":\"string\",\"pattern\":\"(a|b)*a(a|b){30}\"}",
      "[".repeat(100_000),
      "{\"oneOf\":["
          + list(400, i -> "{\"enum\":[" + list(300, j -> "" + (1000 * i + j)) + "]}")
          + "]}",
      "{\"not\":" + "[".repeat(5000),
      "{\"enum\":[" + list(100_000, i -> "\"value number " + i + "\"") + "]}"
    };
    for (String schema : schemas) {
      assertThrows(InvalidRequestException.class, () -> Answers.of(schema));
    }
  }

  @Test
  void openApisNullableIsKnown() {
    Answers answers = Answers.of("{\"type\":\"integer\",\"nullable\":true}");
    assertTrue(answers.accept("null"));
    assertTrue(answers.accept("1"));
    assertFalse(answers.accept("\"\""));
  }

  /** References that double at each level: as a rule each is made once. */
  @Test
  void sharedReferencesStaySmall() {
    StringJoiner defs = new StringJoiner(",", "{", "}");
    for (int i = 0; i < 200; i++) {
      String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
      defs.add(
          "\"d%d\":{\"type\":\"array\",\"prefixItems\":[%s,%s],\"items\":false}"
              .formatted(i, next, next));
    }
    defs.add("\"d200\":{\"type\":\"null\"}");
    Answers answers = Answers.of("{\"$ref\":\"#/$defs/d0\",\"$defs\":" + defs + "}");
    assertTrue(answers.accept("[[], [[]]]"));
    assertFalse(answers.accept("[[], [], []]"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tenThousandPropertiesAreNotTooMany(boolean required) {
    String properties = list(10_000, i -> "\"property %d\":{\"type\":\"integer\"}".formatted(i));
    String names = list(10_000, i -> "\"property %d\"".formatted(i));
    Answers answers =
        Answers.of(
            "{\"type\":\"object\",\"properties\":{%s}%s,\"additionalProperties\":false}"
                .formatted(properties, required ? ",\"required\":[" + names + "]" : ""));
    assertEquals(!required, answers.accept("{\"property 7\": 1, \"property 9999\": 2}"));
    assertFalse(answers.accept("{\"property 9999\": 1, \"property 7\": 2}"));
    assertFalse(answers.accept("{\"property 10000\": 1}"));
  }

  @Test
  void aHugeEnumIsNotTooMuch() {
    Answers answers = Answers.of("{\"enum\":[" + list(3_000, i -> "\"value " + i + "\"") + "]}");
    assertTrue(answers.accept("\"value 2999\""));
    assertFalse(answers.accept("\"value 3000\""));
  }

  /** Ways of reading that would double at each level are bounded, and no answer is lost in them. */
  @Test
  void ambiguityIsBounded() {
    String tree =
        "{\"anyOf\":["
            + list(
                4, i -> "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"title\":\"" + i + "\"}")
            + "]}";
    Answers answers = Answers.of(tree);
    assertTrue(answers.accept("[".repeat(60) + "]".repeat(60)));
    assertTrue(answers.random(new Random(1), 500).isPresent());
  }
}

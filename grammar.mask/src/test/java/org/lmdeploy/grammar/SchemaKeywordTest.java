package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each keyword alone: what it lets through, what not, and that random answers are valid. */
class SchemaKeywordTest {
  /**
   * A schema with examples.
   *
   * @param right values that are let through as they are written
   * @param wrong values that are not
   */
  record Case(String schema, List<String> right, List<String> wrong) {
    @Override
    public String toString() {
      return schema;
    }
  }

  private static Case of(String schema, List<String> right, List<String> wrong) {
    return new Case(schema.replace('\'', '"'), quotes(right), quotes(wrong));
  }

  private static List<String> quotes(List<String> texts) {
    return texts.stream().map(text -> text.replace('\'', '"')).toList();
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(types());
    cases.addAll(numbers());
    cases.addAll(strings());
    cases.addAll(arrays());
    cases.addAll(objects());
    cases.addAll(combinations());
    return cases;
  }

  private static List<Case> types() {
    return List.of(
        of("true", List.of("1", "'a'", "[1, {'a': null}]"), List.of("", "tru", "[1,]", "{'a'}")),
        of("{}", List.of("null", "{}", "-0.5e+3"), List.of("01", "+1", ".5", "nul")),
        of("{'type': 'null'}", List.of("null"), List.of("0", "'null'")),
        of("{'type': 'boolean'}", List.of("true", "false"), List.of("0")),
        of("{'type': 'string'}", List.of("''", "'a\u00e9\ud83d\ude00'"), List.of("1", "'a")),
        of(
            "{'type': 'string'}",
            List.of("'\\ud83d\\ude00\\n'"),
            List.of("'\\ud83d'", "'\\x'", "'\n'")),
        of("{'type': 'integer'}", List.of("0", "-12"), List.of("1.5", "1e3", "-", "007")),
        of("{'type': 'number'}", List.of("0", "-1.25", "1E-9"), List.of("1.", "'1'")),
        of("{'type': ['integer', 'null']}", List.of("3", "null"), List.of("true")),
        of(
            "{'enum': ['a', 1, null, {'b': [1, 2]}]}",
            List.of("'a'", "1", "null", "{'b': [1, 2]}"),
            List.of("'b'", "2")),
        of(
            "{'type': 'string', 'enum': ['a', 1, 'bcd'], 'maxLength': 2}",
            List.of("'a'"),
            List.of("1", "'bcd'")),
        of("{'const': 'x\\ny'}", List.of("'x\\ny'"), List.of("'x'")));
  }

  private static List<Case> numbers() {
    return List.of(
        of(
            "{'type': 'integer', 'minimum': 7, 'maximum': 123}",
            List.of("7", "10", "99", "100", "123"),
            List.of("6", "124", "1000", "-7")),
        of(
            "{'type': 'integer', 'minimum': -12, 'maximum': 9}",
            List.of("-12", "-9", "-1", "0", "9"),
            List.of("-13", "-20", "10", "-100")),
        of(
            "{'type': 'integer', 'minimum': -120, 'maximum': -9}",
            List.of("-120", "-9", "-99"),
            List.of("-8", "0", "9", "-121")),
        of(
            "{'type': 'integer', 'exclusiveMinimum': 0}",
            List.of("1", "10", "123456789"),
            List.of("0", "-1")),
        of(
            "{'type': 'integer', 'minimum': 1.5, 'exclusiveMaximum': 4}",
            List.of("2", "3"),
            List.of("1", "4")),
        of(
            "{'type': 'integer', 'multipleOf': 7}",
            List.of("0", "7", "-21", "700"),
            List.of("1", "10", "-6")),
        of(
            "{'type': 'integer', 'multipleOf': 3, 'minimum': 10, 'maximum': 20}",
            List.of("12", "15", "18"),
            List.of("9", "11", "21")),
        of(
            "{'type': 'number', 'minimum': 0.25, 'maximum': 10}",
            List.of("0.25", "0.3", "1", "9.999", "10", "10.0"),
            List.of("0.24", "0", "10.1", "11", "-1")),
        of(
            "{'type': 'number', 'exclusiveMinimum': 0.25, 'exclusiveMaximum': 0.5}",
            List.of("0.251", "0.4999", "0.26"),
            List.of("0.25", "0.250", "0.5", "0.51")),
        of(
            "{'type': 'number', 'minimum': -1.5, 'maximum': 1.5}",
            List.of("-1.5", "-0.1", "0", "1.5"),
            List.of("-1.6", "2", "-2")),
        of(
            "{'type': 'number', 'exclusiveMaximum': 0}",
            List.of("-0.1", "-17"),
            List.of("0", "0.0", "1")),
        of("{'type': 'number', 'multipleOf': 0.01}", List.of("1", "1.2", "1.25"), List.of("1.255")),
        of("{'minimum': 3, 'maximum': 3}", List.of("3", "3.0"), List.of("2", "3.1")));
  }

  private static List<Case> strings() {
    return List.of(
        of(
            "{'type': 'string', 'minLength': 2, 'maxLength': 3}",
            List.of("'ab'", "'\ud83d\ude00\u00e9x'"),
            List.of("'a'", "'abcd'")),
        of("{'minLength': 1}", List.of("'a'", "'abcdefghij'"), List.of("''")),
        of(
            "{'type': 'string', 'pattern': '^[A-Z]{2}[0-9]+$'}",
            List.of("'AB1'", "'XY007'"), List.of("'A1'", "'AB'", "'xAB1'")),
        of("{'type': 'string', 'pattern': 'b+'}", List.of("'b'", "'abc'"), List.of("'ac'")),
        of("{'type': 'string', 'pattern': '^a|b$'}", List.of("'ax'", "'xb'"), List.of("'xa'")),
        of(
            "{'type': 'string', 'pattern': '^.{3}$'}",
            List.of("'a\\\\c'", "'a\\'c'"), List.of("'ab'", "'a\\nc'")),
        of(
            "{'type': 'string', 'pattern': '^[a-z]+$', 'minLength': 3, 'maxLength': 4}",
            List.of("'abc'", "'abcd'"),
            List.of("'ab'", "'abcde'", "'ab1'")),
        of(
            "{'type': 'string', 'format': 'date'}",
            List.of("'2024-02-29'", "'1999-12-31'"),
            List.of("'2023-02-29'", "'2024-13-01'", "'2024-04-31'")),
        of(
            "{'type': 'string', 'format': 'time'}",
            List.of("'23:59:59Z'", "'00:00:00.5+01:30'"),
            List.of("'24:00:00Z'", "'10:00'")),
        of(
            "{'type': 'string', 'format': 'date-time'}",
            List.of("'2024-02-29T10:20:30Z'"),
            List.of("'2024-02-29'")),
        of(
            "{'type': 'string', 'format': 'duration'}",
            List.of("'P1Y2M3D'", "'PT1H'", "'P2W'"),
            List.of("'P'", "'1Y'", "'PT'")),
        of(
            "{'type': 'string', 'format': 'uuid'}",
            List.of("'123e4567-e89b-12d3-a456-426614174000'"),
            List.of("'123e4567'")),
        of(
            "{'type': 'string', 'format': 'email'}",
            List.of("'a.b@example.org'"),
            List.of("'a.b'", "'a@'")),
        of(
            "{'type': 'string', 'format': 'hostname'}",
            List.of("'www.example.org'"),
            List.of("'-a'", "'a..b'")),
        of(
            "{'type': 'string', 'format': 'ipv4'}",
            List.of("'192.168.0.1'"),
            List.of("'256.1.1.1'", "'1.2.3'")),
        of(
            "{'type': 'string', 'format': 'ipv6'}",
            List.of("'::1'", "'2001:db8::1'", "'1:2:3:4:5:6:7:8'"),
            List.of("'1::2::3'", "'12345::'")),
        of(
            "{'type': 'string', 'format': 'uri'}",
            List.of("'https://example.org/a?b=c#d'"),
            List.of("'example'")),
        of("{'type': 'string', 'format': 'uri-reference'}", List.of("'/a/b'"), List.of("' '")),
        of(
            "{'type': 'string', 'format': 'json-pointer'}",
            List.of("''", "'/a~1b'"),
            List.of("'a'")),
        of("{'type': 'string', 'format': 'regex'}", List.of("'abc'"), List.of("'('")));
  }

  private static List<Case> arrays() {
    return List.of(
        of(
            "{'type': 'array'}",
            List.of("[]", "[1, 'a', []]", "[1,2]"),
            List.of("[", "{}", "[1 2]")),
        of(
            "{'type': 'array', 'items': {'type': 'integer'}}",
            List.of("[]", "[1]", "[1, 2]", "[\n  1,\n  2\n]"),
            List.of("['a']")),
        of(
            "{'items': {'type': 'integer'}, 'minItems': 1, 'maxItems': 2}",
            List.of("[1]", "[1, 2]"),
            List.of("[]", "[1, 2, 3]")),
        of(
            "{'prefixItems': [{'type': 'integer'}, {'type': 'string'}], 'items': false}",
            List.of("[]", "[1]", "[1, 'a']"),
            List.of("['a']", "[1, 'a', 2]")),
        of(
            "{'prefixItems': [{'type': 'integer'}], 'items': {'type': 'boolean'}, 'minItems': 2}",
            List.of("[1, true]", "[1, true, false]"),
            List.of("[1]", "[1, 2]")),
        of("{'type': 'array', 'maxItems': 0}", List.of("[]"), List.of("[1]")),
        of(
            "{'type': 'array', 'maxItems': 1, 'uniqueItems': true}",
            List.of("[]", "[1]"),
            List.of("[1, 1]")));
  }

  private static List<Case> objects() {
    return List.of(
        of(
            "{'type': 'object'}",
            List.of("{}", "{'a': 1, 'b': {'a': 2}}"),
            List.of("{'a': 1, 'a': 2}", "{a: 1}", "{'a': 1,}")),
        of(
            "{'properties': {'a': {'type': 'integer'}, 'b': {'type': 'string'}}, 'required':"
                + " ['a']}",
            List.of("{'a': 1}", "{'a':1,'b':'x'}", "{\n  'a': 1\n}"),
            List.of("{}", "{'b': 'x'}", "{'b': 'x', 'a': 1}", "{'a': 1, 'c': 2}")),
        of(
            "{'properties': {'a': {}, 'b': {}, 'c': {}}, 'additionalProperties': false}",
            List.of("{}", "{'a': 1, 'c': 2}", "{'b': 0}", "{'a': 1, 'b': 2, 'c': 3}"),
            List.of("{'c': 1, 'a': 2}", "{'a': 1, 'a': 1}", "{'d': 1}")),
        of(
            "{'type': 'object', 'additionalProperties': {'type': 'integer'}}",
            List.of("{}", "{'x': 1, 'y': 2}"),
            List.of("{'x': 'a'}", "{'x': 1, 'x': 2}")),
        of(
            "{'properties': {'ab': {'type': 'integer'}}, 'additionalProperties': {'type':"
                + " 'string'}}",
            List.of("{'ab': 1, 'a': 'x', 'abc': 'y'}", "{'a': 'x'}"),
            List.of("{'ab': 'x'}", "{'a': 1}", "{'a': 'x', 'ab': 1}", "{'ab': 1, 'ab': 'x'}")),
        of(
            "{'type': 'object', 'required': ['z'], 'additionalProperties': {'type': 'null'}}",
            List.of("{'z': null}", "{'z': null, 'a': null}"),
            List.of("{}", "{'a': null}")),
        of(
            "{'patternProperties': {'^n': {'type': 'integer'}, '^s': {'type': 'string'}},"
                + " 'additionalProperties': false}",
            List.of("{'n1': 1, 's': 'x'}", "{}"),
            List.of("{'n': 'x'}", "{'x': 1}", "{'n': 1, 'n': 1}")),
        of(
            "{'patternProperties': {'^a': {'minimum': 5}, 'b$': {'maximum': 9}},"
                + " 'additionalProperties': {'type': 'boolean'}}",
            List.of("{'ab': 7, 'a': 10, 'b': 1, 'c': true}"),
            List.of("{'ab': 10}", "{'ab': 1}", "{'c': 1}")),
        of(
            "{'patternProperties': {'^[ab]$': {'type': 'integer'}}, 'additionalProperties': false,"
                + " 'minProperties': 2}",
            List.of("{'a': 1, 'b': 2}", "{'b': 1, 'a': 2}"),
            List.of("{'a': 1}", "{'a': 1, 'b': 2, 'a': 3}")),
        of(
            "{'propertyNames': {'pattern': '^[a-z]{1,3}$'}, 'additionalProperties': {'type':"
                + " 'integer'}}",
            List.of("{'abc': 1}"),
            List.of("{'abcd': 1}", "{'A': 1}")),
        of(
            "{'propertyNames': {'enum': ['a', 'b']}, 'additionalProperties': {'type': 'integer'}}",
            List.of("{'b': 1, 'a': 2}"),
            List.of("{'c': 1}", "{'a': 1, 'a': 1}")),
        of(
            "{'type': 'object', 'minProperties': 1, 'maxProperties': 2}",
            List.of("{'a': 1}", "{'a': 1, 'b': 2}"),
            List.of("{}", "{'a': 1, 'b': 2, 'c': 3}")),
        of(
            "{'properties': {'a': {}, 'b': {}, 'c': {}}, 'required': ['c'], 'minProperties': 2,"
                + " 'maxProperties': 2, 'additionalProperties': false}",
            List.of("{'a': 1, 'c': 1}", "{'b': 1, 'c': 1}"),
            List.of("{'c': 1}", "{'a': 1, 'b': 1}", "{'a': 1, 'b': 1, 'c': 1}")),
        of(
            "{'properties': {'q\\'\\n"
                + "': {'const': 1}}, 'required': ['q\\'\\n"
                + "'], 'additionalProperties': false}",
            List.of("{'q\\'\\n': 1}"),
            List.of("{}")));
  }

  private static List<Case> combinations() {
    return List.of(
        of(
            "{'anyOf': [{'type': 'integer'}, {'type': 'string', 'maxLength': 1}]}",
            List.of("5", "'a'"),
            List.of("'ab'", "null")),
        of(
            "{'oneOf': [{'type': 'integer'}, {'type': 'boolean'}]}",
            List.of("5", "true"),
            List.of("'a'")),
        of(
            "{'oneOf': [{'properties': {'t': {'const': 'a'}, 'x': {'type': 'integer'}}, 'required':"
                + " ['t'], 'type': 'object'}, {'type': 'object', 'properties': {'t': {'const':"
                + " 'b'}, 'y': {'type': 'null'}}, 'required': ['t']}]}",
            List.of("{'t': 'a', 'x': 1}", "{'t': 'b', 'y': null}"),
            List.of("{'t': 'a', 'y': null}", "{'t': 'c'}")),
        of(
            "{'allOf': [{'type': 'integer', 'minimum': 3}, {'maximum': 5}]}",
            List.of("3", "5"),
            List.of("2", "6")),
        of(
            "{'allOf': [{'type': 'object', 'properties': {'a': {'minimum': 1}}}, {'properties':"
                + " {'a': {'maximum': 2, 'type': 'integer'}, 'b': {'type': 'null'}}, 'required':"
                + " ['a']}]}",
            List.of("{'a': 1}", "{'a': 2, 'b': null}"),
            List.of("{'a': 3}", "{'b': null}")),
        of(
            "{'type': 'object', 'properties': {'a': {'type': 'integer'}, 'b': {'type': 'integer'}},"
                + " 'anyOf': [{'required': ['a']}, {'required': ['b']}]}",
            List.of("{'a': 1}", "{'b': 1}", "{'a': 1, 'b': 2}"),
            List.of("{}")),
        of(
            "{'$ref': '#/$defs/n', '$defs': {'n': {'type': 'object', 'properties': {'v': {'type':"
                + " 'integer'}, 'next': {'$ref': '#/$defs/n'}}, 'required': ['v'],"
                + " 'additionalProperties': false}}}",
            List.of("{'v': 1}", "{'v': 1, 'next': {'v': 2, 'next': {'v': 3}}}"),
            List.of("{'v': 1, 'next': {}}")),
        of(
            "{'type': 'array', 'items': {'$ref': '#'}}",
            List.of("[]", "[[], [[]]]"),
            List.of("[1]")),
        of(
            "{'$defs': {'a/b': {'$anchor': 'x', 'type': 'null'}}, 'prefixItems': [{'$ref':"
                + " '#/$defs/a~1b'}, {'$ref': '#x'}], 'items': false}",
            List.of("[null, null]"),
            List.of("[1]")),
        of(
            "{'title': 't', 'description': 'd', 'default': 1, 'examples': [2], '$comment': 'c',"
                + " '$schema': 'https://json-schema.org/draft/2020-12/schema', '$id':"
                + " 'https://example.org/s', 'type': 'null'}",
            List.of("null"),
            List.of("1")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void letsThroughWhatIsRightOnly(Case example) {
    Answers answers = Answers.of(example.schema());
    Judge judge = new Judge(example.schema());
    for (String right : example.right()) {
      assertEquals("", judge.complaint(right), right);
      assertTrue(answers.accept(right), right);
    }
    for (String wrong : example.wrong()) {
      assertFalse(answers.accept(wrong), wrong);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void randomAnswersAreValid(Case example) {
    Answers answers = Answers.of(example.schema());
    Judge judge = new Judge(example.schema());
    int finished = 0;
    for (int seed = 0; seed < 20; seed++) {
      var answer = answers.random(new Random(seed), 300);
      if (answer.isPresent()) {
        finished++;
        // the validator has a list of top-level domains, which is none of JSON Schema's
        String judged = answer.get().replaceAll("@(.*)\\.[a-z]+\"", "@$1.org\"");
        assertEquals("", judge.complaint(judged), judged);
      }
    }
    assertTrue(finished >= 3, "only " + finished + " answers of 20 were finished");
  }
}

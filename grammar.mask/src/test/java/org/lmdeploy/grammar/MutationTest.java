package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.grammar.OutputFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Formats with something wrong somewhere: each is taken or refused with an error for its sender.
 */
class MutationTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String[] VALUES = {
    "null", "true", "false", "0", "-1", "1.5", "1e300", "123456789012345678901234567890", "\"\"",
    "\"string\"", "\"(\"", "\"#/$defs/node\"", "\"#\"", "[]", "{}", "[[]]", "[\"a\", 1]", "[{}]",
    "{\"a\": 1}", "{\"type\": \"object\"}"
  };

  @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
  void schemas(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSchema schema =
        random.nextBoolean() ? RandomSchema.recursive(random) : RandomSchema.of(random, 3);
    JsonNode json = JSON.readTree(schema.json());
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      mutate(json, random);
    }
    compile(new OutputFormat.JsonSchema(json.toString()), random);
  }

  @Property(tries = 2000, shrinking = ShrinkingMode.OFF)
  void brokenJson(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder json = new StringBuilder(RandomSchema.of(random, 2).json());
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      json.setCharAt(random.nextInt(json.length()), (char) random.nextInt(128));
    }
    compile(new OutputFormat.JsonSchema(json.toString()), random);
  }

  @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
  void patterns(@ForAll long seed) {
    Random random = new Random(seed);
    String letters = "ab(()))[]^-\\\\{}1,29|*+?.$:<>=!PpukxUdwsLn\u00e9\ud83d\ude00";
    StringBuilder pattern = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      pattern.append(letters.charAt(random.nextInt(letters.length())));
    }
    compile(new OutputFormat.Regex(pattern.toString()), random);
  }

  private static void mutate(JsonNode json, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(json, containers);
    JsonNode other = JSON.readTree(VALUES[random.nextInt(VALUES.length)]);
    switch (containers.get(random.nextInt(containers.size()))) {
      case ObjectNode object when !object.isEmpty() -> {
        List<String> names = List.copyOf(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(3)) {
          case 0 -> object.remove(name);
          case 1 -> object.set(name + "x", object.remove(name));
          default -> object.set(name, other);
        }
      }
      case ArrayNode array when !array.isEmpty() -> array.set(random.nextInt(array.size()), other);
      default -> {}
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainer()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static void compile(OutputFormat format, Random random) {
    try {
      new Answers(Vocabularies.SMALL, format).random(random, 60);
    } catch (LmDeployException e) {
      assertEquals(400, e.code().httpStatus(), e::toString);
      assertEquals("response_format", e.parameter().orElse(""), e::toString);
    }
  }
}

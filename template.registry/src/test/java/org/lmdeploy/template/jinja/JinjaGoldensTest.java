package org.lmdeploy.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** Prompts against those of Python's jinja2, rendered by src/test/python/jinja_goldens.py. */
class JinjaGoldensTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-03-09T07:05:01Z"), ZoneOffset.UTC);

  @TestFactory
  Stream<DynamicTest> ownTemplates() throws IOException, URISyntaxException {
    return compare(Path.of(JinjaGoldensTest.class.getResource("/jinja").toURI()));
  }

  /**
   * Any folder of templates with their goldens.json, for example those of published checkpoints.
   */
  @TestFactory
  Stream<DynamicTest> otherTemplates() throws IOException {
    String folder = System.getProperty("lmdeploy.templates", "");
    Assumptions.assumeFalse(
        folder.isEmpty(), "no folder of templates is given by -Dlmdeploy.templates");
    return compare(Path.of(folder));
  }

  private static Stream<DynamicTest> compare(Path folder) throws IOException {
    Map<?, ?> goldens =
        new JsonMapper().readValue(Files.readString(folder.resolve("goldens.json")), Map.class);
    Map<?, ?> conversations = (Map<?, ?>) goldens.get("conversations");
    return ((Map<?, ?>) goldens.get("expected"))
        .entrySet().stream()
            .flatMap(
                template ->
                    ((Map<?, ?>) template.getValue())
                        .entrySet().stream()
                            .map(
                                golden ->
                                    DynamicTest.dynamicTest(
                                        template.getKey() + ", " + golden.getKey(),
                                        () ->
                                            compare(
                                                folder.resolve((String) template.getKey()),
                                                (Map<?, ?>) conversations.get(golden.getKey()),
                                                (Map<?, ?>) golden.getValue()))));
  }

  private static void compare(Path file, Map<?, ?> conversation, Map<?, ?> golden)
      throws IOException {
    Map<String, Object> variables =
        new HashMap<>(
            Map.of("bos_token", "<s>", "eos_token", "</s>", "add_generation_prompt", true));
    variables.put("tools", null);
    variables.put("documents", null);
    conversation.forEach((key, value) -> variables.put((String) key, value));
    String source = Files.readString(file);
    if (golden.containsKey("prompt")) {
      assertEquals(golden.get("prompt"), render(source, variables));
    } else {
      assertThrows(
          JinjaException.class, () -> render(source, variables), (String) golden.get("error"));
    }
  }

  private static String render(String source, Map<String, Object> variables) {
    return JinjaTemplate.compile(source, JinjaLimits.DEFAULT).render(variables, CLOCK);
  }
}

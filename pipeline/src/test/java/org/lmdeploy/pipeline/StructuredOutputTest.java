package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.OutputFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers of the demo model that are held to a format, in Java. */
class StructuredOutputTest {
  private static GenerationConfig config(OutputFormat format) {
    return GenerationConfig.builder()
        .doSample(true)
        .temperature(1.5)
        .seed(5)
        .maxNewTokens(200)
        .responseFormat(format)
        .build();
  }

  @Test
  void answersAreHeldToAFormat() {
    String schema =
        """
        {"type":"object","properties":{"shape":{"enum":["circle","square"]},
        "count":{"type":"integer","minimum":0,"maximum":20}},
        "required":["shape","count"],"additionalProperties":false}
        """;
    try (Pipeline pipe = Pipeline.open("tiny-internvl2")) {
      Prompt prompt = Prompt.of("Describe a shape.");
      Response json = pipe.infer(prompt, config(new OutputFormat.JsonSchema(schema)));
      assertEquals(FinishReason.STOP, json.finishReason());
      JsonNode shape = new JsonMapper().readTree(json.text());
      assertTrue(shape.path("shape").asString().matches("circle|square"), json.text());
      assertTrue(shape.path("count").isIntegralNumber(), json.text());
      assertEquals(2, shape.size());
      Response regex = pipe.infer(prompt, config(new OutputFormat.Regex("[A-Z]{3}-\\d+")));
      assertTrue(regex.text().matches("[A-Z]{3}-\\d+"), regex.text());
      assertThrows(
          UnsupportedFeatureException.class,
          () -> pipe.infer(prompt, config(new OutputFormat.JsonSchema("{\"not\":{}}"))));
    }
  }
}

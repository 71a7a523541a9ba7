package org.lmdeploy.server.http.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.parser.QwenToolParser;
import org.lmdeploy.parser.ThinkReasoningParser;
import org.lmdeploy.server.http.AccessOptions;

/** The official clients of both protocols with tools and reasoning. */
class ToolClientsTest {
  private static final String KEY = "a-key";

  @Test
  void openAi() throws Exception {
    NodeClient.assume();
    try (TestServer server = server(AccessOptions.DEFAULT)) {
      NodeClient.run("tools.test.js", Map.of("BASE_URL", server.server.url() + "/v1"));
    }
  }

  @Test
  void anthropic() throws Exception {
    NodeClient.assume();
    try (TestServer server = server(new AccessOptions(List.of(KEY), Optional.empty()))) {
      NodeClient.run(
          "anthropic.test.js", Map.of("ANTHROPIC_URL", server.server.url(), "ANTHROPIC_KEY", KEY));
    }
  }

  private static TestServer server(AccessOptions access) {
    TestServer server = new TestServer(TestServer.OPTIONS.withAccess(access));
    server.model.toolParser = Optional.of(new QwenToolParser());
    server.model.reasoningParser = Optional.of(new ThinkReasoningParser());
    server.model.script((prompt, config) -> answer(prompt));
    return server;
  }

  private static FakeStream answer(String prompt) {
    FakeStream stream = new FakeStream();
    switch (prompt) {
      case "call" -> stream.text(call("{\"a\": 1, \"s\": \"é 😀 }\"}"));
      case "two calls" -> {
        stream.text("First:\n");
        for (String piece : (call("{\"a\": 1}") + "\n" + call("{\"a\": 2}")).split("")) {
          stream.text(piece);
        }
      }
      case "think" -> stream.text("<think>\nI ").text("think.\n").text("</think>\n\nTherefore.");
      default -> stream.text("The tool said: " + prompt);
    }
    return stream.finish(FinishReason.STOP);
  }

  private static String call(String arguments) {
    return "<tool_call>\n{\"name\": \"add\", \"arguments\": " + arguments + "}\n</tool_call>";
  }
}

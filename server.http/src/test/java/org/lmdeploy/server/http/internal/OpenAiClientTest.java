package org.lmdeploy.server.http.internal;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.TokenLogprobs;

/** The {@code openai} npm package, unchanged, against scripted answers. */
class OpenAiClientTest {
  @Test
  void worksUnchanged() throws Exception {
    NodeClient.assume();
    try (TestServer server = new TestServer()) {
      server.model.script(OpenAiClientTest::answer);
      NodeClient.run("openai.test.js", Map.of("BASE_URL", server.server.url() + "/v1"));
    }
  }

  private static FakeStream answer(String prompt, GenerationConfig config) {
    FakeStream stream = new FakeStream();
    if (config.logprobs() >= 0) {
      stream.logprobs("A", new TokenLogprobs(65, -0.5f, List.of()));
    }
    stream.text("seed ").text(config.seed().isPresent() ? "" + config.seed().getAsLong() : "no");
    if (!config.ignoreEos()) { // else the client gives up
      stream.finish(FinishReason.STOP);
    }
    return stream;
  }
}

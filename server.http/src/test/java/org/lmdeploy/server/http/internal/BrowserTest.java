package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.LimitOptions;
import org.lmdeploy.server.http.ServerOptions;

/** The web page in headless Chromium, with the demo model and a scripted one. */
@Timeout(300)
class BrowserTest {
  private static final ServerOptions OPEN = TestServer.OPTIONS.withLimits(LimitOptions.DEFAULT);
  private static final ServerOptions KEYED =
      OPEN.withAccess(new AccessOptions(List.of("secret"), Optional.empty()));
  private static final Path SCENE = Path.of("..", "docs", "images", "scene.png");

  @Test
  void worksInARealBrowser() throws Exception {
    NodeClient.assume();
    NodeClient.assumeChromium();
    EngineOptions engine =
        new EngineOptions(OptionalInt.of(1024), 4, 0.5, 64, false, 2048, 0, 1, 1);
    try (StandaloneModelManager manager =
            StandaloneModelManager.open(BrowserTest.class.getClassLoader());
        TestServer open = new TestServer(OPEN);
        TestServer keyed = new TestServer(KEYED)) {
      ServedModel demo =
          manager.models().load(LoadOptions.of("tiny-internvl2", engine), stage -> {});
      open.manager.models.clear();
      FakeModel scripted = new FakeModel("scripted").script(PageAnswers::of);
      open.with(demo).with(scripted);
      keyed.model.script(PageAnswers::of);
      NodeClient.run(
          "page.test.js",
          Map.of(
              "BASE_URL", open.server.url() + "/",
              "KEYED_URL", keyed.server.url() + "/",
              "SCENE", SCENE.toAbsolutePath().normalize().toString()));
      assertStoppedAnswersWereCancelled(scripted);
    }
  }

  private static void assertStoppedAnswersWereCancelled(FakeModel model)
      throws InterruptedException {
    List<FakeModel.Call> endless =
        model.calls.stream()
            .filter(
                call -> ((ChatRequest) call.prompt()).messages().getLast().text().equals("endless"))
            .toList();
    assertEquals(2, endless.size());
    for (FakeModel.Call call : endless) {
      assertTrue(call.stream().cancelled.await(10, TimeUnit.SECONDS));
    }
  }
}

package org.lmdeploy.server.http.internal;

import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.DeviceFailureException;

/** What a scripted model answers to the questions of the browser test. */
final class PageAnswers {
  private static final String MARKDOWN =
      """
      ## Sorting a list

      In *Java* a list is sorted **in place**, see the [documentation](https://example.org/list):

      ```java
      List<String> names = new ArrayList<>(List.of("Mia", "Ada"));
      names.sort(Comparator.naturalOrder()); // Ada, Mia
      ```

      | algorithm | time | stable |
      |---|---:|:---:|
      | merge sort | n log n | yes |
      | heap sort | n log n | no |

      1. Choose an order.
      2. Call `sort`.

      - [x] done
      """;

  private static final String HOSTILE =
      """
      <script>window.harmed = 1</script><img src=x onerror="window.harmed = 2">

      <svg onload="window.harmed = 3"></svg> <iframe src="javascript:parent.harmed = 4"></iframe>

      [click me](javascript:window.harmed=5) ![pixel](http://203.0.113.9/pixel.png)

      [<img src=x onerror=window.harmed=6>](https://example.org "\\" onmouseover=window.harmed=7")

      ```html" onmouseover="window.harmed=8
      <script>window.harmed = 9</script>
      ```

      <style>body { display: none }</style> end of it
      """;

  private PageAnswers() {}

  static FakeStream of(String prompt, GenerationConfig config) {
    FakeStream stream = new FakeStream();
    return switch (prompt) {
      case "markdown" -> whole(stream, MARKDOWN);
      case "hostile" -> whole(stream, HOSTILE);
      case "endless" -> stream.text("It goes").text(" on and on"); // until somebody stops it
      case "break" -> stream.text("So far").fail(new DeviceFailureException("the device is gone"));
      case "config" ->
          stream
              .text("temperature " + config.temperature() + ", top_k " + config.topK())
              .text(", seed " + config.seed().orElse(-1))
              .finish(FinishReason.STOP);
      default -> whole(stream, "You said: " + prompt);
    };
  }

  /** In chunks that end anywhere, as those of a model do. */
  private static FakeStream whole(FakeStream stream, String text) {
    int length = 7;
    for (int i = 0; i < text.length(); i += length) {
      stream.text(text.substring(i, Math.min(text.length(), i + length)));
    }
    return stream.finish(FinishReason.STOP);
  }
}

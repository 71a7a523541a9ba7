package org.lmdeploy.bench;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.lmdeploy.bench.data.Request;

/** Requests before the clock starts: as long as those that are timed, with other prompts. */
final class WarmUp {
  private WarmUp() {}

  /**
   * Some requests.
   *
   * @param mostOutput most tokens of an answer
   */
  static List<Request> of(List<Request> requests, int count, int mostOutput) {
    Random random = new Random(count);
    return IntStream.range(0, count)
        .mapToObj(i -> requests.get(i % requests.size()))
        .map(
            request ->
                new Request(
                    shuffled(request.promptIds(), random),
                    request.promptText(),
                    Math.min(mostOutput, request.outputTokens())))
        .toList();
  }

  /** The ids in another order, which a prefix cache does not know. */
  private static int[] shuffled(int[] ids, Random random) {
    int[] other = ids.clone();
    for (int i = other.length - 1; i > 0; i--) {
      int k = random.nextInt(i + 1);
      int id = other[i];
      other[i] = other[k];
      other[k] = id;
    }
    return other;
  }
}

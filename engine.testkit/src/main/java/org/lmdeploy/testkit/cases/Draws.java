package org.lmdeploy.testkit.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.testkit.reference.Sampler;

/** Drawing tokens: the right probabilities, and nothing but seed and position decides. */
public final class Draws {
  private static final int DRAWS = 4000;

  /** Probabilities of about 0.35 down to 0.002, in no order. */
  private static final float[] LOGITS = {1, -2, 3, 0.5f, 2.25f, -1, 2.5f, 0, 1.75f, -1.5f, 2};

  private final Device device;
  private final Map<String, Executable> checks = new LinkedHashMap<>();

  /** Checks of a device. */
  public Draws(Device device) {
    this.device = device;
  }

  /** The checks by name. */
  public Map<String, Executable> checks() {
    distribution("temperature 1", 1, 1, 0, 0);
    distribution("temperature 0.5", 0.5, 1, 0, 0);
    distribution("temperature 2", 2, 1, 0, 0);
    distribution("the likeliest 3", 1, 1, 3, 0);
    distribution("more than there are", 1, 1, 1000, 0);
    distribution("nucleus of 0.6", 1, 0.6, 0, 0);
    distribution("nucleus of almost nothing", 1, 1e-6, 0, 0);
    distribution("at least 0.2 of the likeliest", 1, 1, 0, 0.2);
    distribution("all together", 1.5, 0.8, 8, 0.1);
    checks.put("among some ids", this::amongSome);
    checks.put("by seed and position alone", this::reproducible);
    return checks;
  }

  private void distribution(String name, double temperature, double topP, int topK, double minP) {
    checks.put(
        name,
        () -> checkDraws(i -> SamplingRows.draw(temperature, topP, topK, minP, 17 + i % 3, i)));
  }

  private void amongSome() {
    long[] permitted = {1 << 1 | 1 << 3 | 1 << 10};
    checkDraws(i -> SamplingRows.among(permitted, SamplingRows.draw(1.5, 1, 0, 0, 5, i)));
    checkDraws(i -> SamplingRows.among(permitted, SamplingRows.draw(1, 0.9, 4, 0, 5, i)));
    checkDraws(i -> SamplingRows.among(permitted, SamplingRows.draw(1, 1, 0, 0.05, 5, i)));
  }

  private void checkDraws(IntFunction<SamplingRow> row) {
    List<SamplingRow> rows = IntStream.range(0, DRAWS).mapToObj(row).toList();
    double[] expected = Sampler.probabilities(LOGITS, rows.getFirst());
    int[] counts = new int[LOGITS.length];
    draw(rows).forEach(token -> counts[token.id()]++);
    for (int id = 0; id < counts.length; id++) {
      double deviation = Math.sqrt(DRAWS * expected[id] * (1 - expected[id]));
      assertTrue(
          Math.abs(counts[id] - DRAWS * expected[id]) <= 5 * deviation + 1e-3,
          "id %s was drawn %s times of %s, its probability is %s"
              .formatted(id, counts[id], DRAWS, expected[id]));
    }
  }

  private void reproducible() {
    List<SamplingRow> rows =
        IntStream.range(0, 64)
            .mapToObj(i -> SamplingRows.draw(1, 1, 0, 0, i / 8, 100 + i % 8))
            .toList();
    List<Integer> ids = draw(rows).stream().map(SampledToken::id).toList();
    List<Integer> backwards = draw(rows.reversed()).stream().map(SampledToken::id).toList();
    assertEquals(ids, backwards.reversed(), "in another order");
    List<Integer> alone = new ArrayList<>();
    rows.forEach(row -> alone.add(draw(List.of(row)).getFirst().id()));
    assertEquals(ids, alone, "one by one");
    assertTrue(ids.stream().distinct().count() > 3, "seeds and positions matter");
  }

  private List<SampledToken> draw(List<SamplingRow> rows) {
    try (Rig rig = new Rig(device, device.ops().activationType())) {
      float[] logits = new float[rows.size() * LOGITS.length];
      for (int row = 0; row < rows.size(); row++) {
        System.arraycopy(LOGITS, 0, logits, row * LOGITS.length, LOGITS.length);
      }
      Tensor tensor = rig.activation(logits, rows.size(), LOGITS.length);
      return rig.ops().sample(tensor, rows);
    }
  }
}

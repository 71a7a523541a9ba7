package org.lmdeploy.shell.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.EngineStats;

class LoadTest {
  @Test
  void ratesAreOfTheTimeBetweenTwoMoments() {
    EngineStats before =
        new EngineStats(1, 0, 200, 10, 0, 0, 1000, 50, 300, 4, 0, 0, 0, 9, List.of());
    EngineStats now =
        new EngineStats(3, 2, 200, 50, 7, 1 << 20, 1500, 60, 700, 5, 0, 0, 0, 99, List.of());
    assertEquals(
        List.of(
            "  requests: 3 running, 2 waiting; 0.25 finished/s",
            "  KV cache: 50 of 200 blocks in use (25.0 %), 7 kept for reuse; 1.0 MiB committed",
            "  tokens/s: 100.0 generated, 125.0 of prompts, 2.5 from the prefix cache"
                + " (over 4.0 s)"),
        Load.lines(before, now, 4));
  }

  @Test
  void aModelWithoutBlocksUsesNone() {
    EngineStats none = new EngineStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    assertEquals(
        "  KV cache: 0 of 0 blocks in use (0.0 %), 0 kept for reuse; 0 B committed",
        Load.lines(none, none, 1).get(1));
  }
}

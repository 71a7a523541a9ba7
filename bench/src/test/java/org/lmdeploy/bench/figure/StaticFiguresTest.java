package org.lmdeploy.bench.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lmdeploy.bench.load.Run;
import org.lmdeploy.bench.load.RunOf;

class StaticFiguresTest {
  @Test
  void decodingBeginsWhenAllHaveTheirFirstToken() {
    Run round =
        new RunOf()
            .answer(8, 0, 100, 1, 150, 1, 210, 1, 220, 1)
            .answer(8, 0, 200, 1, 210, 1, 220, 1, 230, 1)
            .run();
    StaticFigures figures = StaticFigures.of(List.of(round));
    assertEquals(8 / 0.23, figures.outputThroughput().median(), 1e-9);
    // five tokens between 200 and 230 ms, four of them until 220 ms
    assertEquals(5 / 0.03, figures.decodeThroughput().median(), 1e-6);
    assertEquals(4 / 0.02, figures.fullBatchThroughput().median(), 1e-6);
    assertEquals(150, figures.ttft().mean(), 1e-9);
  }

  @Test
  void answersOfOneTokenHaveNoDecoding() {
    StaticFigures figures = StaticFigures.of(List.of(new RunOf().answer(8, 0, 100, 1).run()));
    assertEquals(0, figures.decodeThroughput().count());
    assertEquals(1 / 0.1, figures.outputThroughput().median(), 1e-9);
  }
}

package org.lmdeploy.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;

/** Expected times are those of a table computed by hand for Llama-3-8B on an H100. */
class RooflineTest {
  private static final DecoderWork LLAMA_3_8B =
      DecoderWork.of(
          ConfigTree.of(
              "config.json",
              Map.of(
                  "hidden_size", 4096,
                  "num_hidden_layers", 32,
                  "num_attention_heads", 32,
                  "num_key_value_heads", 8,
                  "intermediate_size", 14336,
                  "vocab_size", 128256)));

  private static final Roofline ROOF =
      new Roofline(
          LLAMA_3_8B,
          2 * LLAMA_3_8B.parameters(),
          131_072,
          new MeasuredCeilings(3.0e12, 798e12, "assumed"));

  @Test
  void decodingReadsWeightsAndCache() {
    assertEquals(199, 1 / ROOF.decodeStep(1, 512), 1);
    assertEquals(2985, 16 / ROOF.decodeStep(16, 512), 10);
    assertEquals(9946, 64 / ROOF.decodeStep(64, 512), 30);
    assertEquals(23859, 256 / ROOF.decodeStep(256, 512), 80);
    assertEquals(9172, 256 / ROOF.decodeStep(256, 2048), 30);
  }

  @Test
  void aDecodingPhaseIsTheSumOfItsSteps() {
    double seconds = ROOF.decode(16, 384, 256);
    assertEquals(16 * 256 / seconds, ROOF.decodeThroughput(16, 384, 256), 1e-6);
    assertEquals(256 * ROOF.decodeStep(16, 512.5), seconds, 1e-6);
  }

  @Test
  void prefillComputesOrReadsTheWeights() {
    assertEquals(55_100, 2048 / ROOF.prefill(1, 2048), 300);
    assertEquals(5.0e-3, ROOF.prefill(1, 1), 0.01e-3);
  }

  @Test
  void aFullServerIsBoundByBoth() {
    assertEquals(94.4, ROOF.servingThroughput(256, 220, 200), 1);
    assertEquals(14.4, ROOF.servingThroughput(16, 220, 200), 0.2);
  }
}

package org.lmdeploy.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.config.ConfigTree;

class DecoderWorkTest {
  /** The 1.1B shape of configs/llama-1.1b.json. */
  private static final DecoderWork WORK =
      DecoderWork.of(
          ConfigTree.of(
              "config.json",
              Map.of(
                  "torch_dtype", "bfloat16",
                  "hidden_size", 2048,
                  "num_hidden_layers", 22,
                  "num_attention_heads", 32,
                  "num_key_value_heads", 4,
                  "intermediate_size", 5632,
                  "vocab_size", 49152)));

  @Test
  void countsTheWeightsThatADecodingStepReads() {
    // a layer: q,k,v 2560 x 2048 + o 2048 x 2048 + gate, up, down 3 x 5632 x 2048
    assertEquals(5_242_880L + 4_194_304L + 34_603_008L, WORK.layerParameters());
    // 22 layers and the head of 49152 x 2048
    assertEquals(968_884_224L + 100_663_296L, WORK.parameters());
    assertEquals(2_139_095_040L, WORK.decodeBytes());
  }

  @Test
  void countsTheOperationsOfABatch() {
    assertEquals(2 * 1_069_547_520L * 16, WORK.decodeOperations(16));
  }

  @Test
  void countsTheOperationsOfAPrefill() {
    long linear = 2 * 968_884_224L * 512; // 992.1 GFLOP
    long attention = 4L * 22 * 2048 * (512 * 513 / 2); // 23.7 GFLOP
    long head = 2 * 100_663_296L; // of one row
    assertEquals(linear + attention + head, WORK.prefillOperations(512));
    assertEquals(1_016_007_229_440L, WORK.prefillOperations(512));
  }
}

package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** What a decoder makes of a step: several sequences, images, wanted rows, memory. */
final class DecoderStepTest {
  private static final int VOCABULARY = 100;
  private static final int NO_TOKEN = -1;
  private static final HashedWeights WEIGHTS = new HashedWeights(DType.F32, name -> true);

  private final TextBlueprint blueprint = TextModels.blueprint(Configs.llama(Map.of()), "");

  private static StepBatch step(int[] tokens, List<StepBatch.Embeddings> images, int... logitRows) {
    var first = new StepBatch.Sequence(3, 3, 3, new int[] {4});
    var second = new StepBatch.Sequence(2, 2, 2, new int[] {1});
    return new StepBatch(
        tokens, new int[] {0, 1, 2, 0, 1}, List.of(first, second), images, logitRows);
  }

  private float[] logits(Device device, StepBatch step) {
    LanguageModel model = blueprint.build(WEIGHTS, device);
    try (Frame _ = device.ops().frame();
        KvCache cache = device.kvCache(blueprint.kvLayout(), 16, 8)) {
      Tensor logits = model.forward(step, cache, device.ops());
      assertEquals(step.logitRows().length, logits.shape().dim(0));
      assertEquals(VOCABULARY, logits.shape().dim(1));
      return device.ops().download(logits);
    }
  }

  @Test
  void givesLogitsOfTheWantedRows() {
    int[] tokens = {5, 6, 7, 8, 9};
    try (Device device = new ReferenceDevice()) {
      float[] all = logits(device, step(tokens, List.of(), 0, 1, 2, 3, 4));
      float[] some = logits(device, step(tokens, List.of(), 2, 4));
      for (int id = 0; id < VOCABULARY; id++) {
        assertEquals(all[2 * VOCABULARY + id], some[id]);
        assertEquals(all[4 * VOCABULARY + id], some[VOCABULARY + id]);
      }
      assertEquals(0, logits(device, step(tokens, List.of())).length);
    }
  }

  @Test
  void takesImagesInPlaceOfTokens() {
    try (Device device = new ReferenceDevice()) {
      Ops ops = device.ops();
      float[] tokens = logits(device, step(new int[] {5, 6, 7, 8, 9}, List.of(), 2, 4));
      try (Frame _ = ops.frame()) {
        // an "image" whose embeddings are those of the tokens 3, 6, 7
        Tensor table = device.weight(WEIGHTS.tensor("model.embed_tokens.weight", VOCABULARY, 64));
        var image = new StepBatch.Embeddings(1, ops.embedding(table, new int[] {3, 6, 7}), 1, 2);
        int[] ids = {5, NO_TOKEN, NO_TOKEN, 8, 9};
        assertArrayEquals(tokens, logits(device, step(ids, List.of(image), 2, 4)));
        assertEquals(NO_TOKEN, ids[1], "the step's own ids are left alone");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40, 300})
  void keepsToItsMemory(int tokens) {
    try (ReferenceDevice device = new ReferenceDevice()) {
      LanguageModel model = blueprint.build(WEIGHTS, device);
      int[] blocks = IntStream.range(0, 20).toArray();
      var sequence = new StepBatch.Sequence(tokens, tokens, tokens, blocks);
      int[] all = IntStream.range(0, tokens).toArray();
      int[] wanted = IntStream.range(0, Math.min(tokens, 256)).toArray();
      StepBatch step = new StepBatch(new int[tokens], all, List.of(sequence), List.of(), wanted);
      try (Frame _ = device.ops().frame();
          KvCache cache = device.kvCache(blueprint.kvLayout(), 16, blocks.length)) {
        model.forward(step, cache, device.ops());
      }
      long peak = device.peakActivationElements();
      long planned = blueprint.activationElements(tokens);
      assertTrue(peak <= planned, peak + " elements, planned were " + planned);
      assertTrue(planned <= 2 * peak, planned + " planned, but only " + peak + " used");
    }
  }
}

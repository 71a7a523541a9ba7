package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.LanguageModel;
import org.lmdeploy.api.ops.AttentionShape;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.testkit.HashedWeights;

/**
 * Decoders on a device against transformers: logits of a prompt and 64 greedily chosen ids, the
 * prompt in one piece and in chunks, under their own and under InternLM2's names, some with the
 * configuration of the first versions of InternLM, Qwen or GLM-4, or of Baichuan's two.
 */
abstract class DecoderComparison {
  /** Opens the device to be tested. */
  protected abstract Device open();

  /** Largest relative error of logits, by the 2-norm. */
  protected double tolerance() {
    return 1e-3;
  }

  /**
   * Whether the device chooses the reference's ids by itself; else it is given them, as rounding
   * may decide between two ids that are equally likely.
   */
  protected boolean choosesIds() {
    return true;
  }

  @TestFactory
  final Stream<DynamicTest> transformers() {
    return ReferenceCase.NAMES.stream()
        .map(ReferenceCase::load)
        .map(
            one ->
                DynamicTest.dynamicTest(one.name(), () -> compare(one, one.tree(), hashed(one))));
  }

  @TestFactory
  final Stream<DynamicTest> internLm2() {
    return ReferenceCase.NAMES.stream()
        .map(ReferenceCase::load)
        .filter(one -> one.llama() && !one.feedForwardBias())
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> compareInternLm2(one)));
  }

  @TestFactory
  final Stream<DynamicTest> internLm() {
    return Stream.of("mha-bias", "internlm-dynamic")
        .map(name -> under(name, DecoderComparison::internLmConfig, weights -> weights));
  }

  @TestFactory
  final Stream<DynamicTest> qwen() {
    return Stream.of(under("qwen2-mha", PackedCheckpoint::qwenConfig, PackedCheckpoint::qwen));
  }

  @TestFactory
  final Stream<DynamicTest> chatGlm() {
    return Stream.of(under("glm", PackedCheckpoint::chatGlmConfig, PackedCheckpoint::chatGlm));
  }

  @TestFactory
  final Stream<DynamicTest> baichuan() {
    return Map.of("mha", "BaiChuanForCausalLM", "baichuan2", "BaichuanForCausalLM")
        .entrySet()
        .stream()
        .map(
            entry ->
                under(
                    entry.getKey(),
                    config -> PackedCheckpoint.baichuanConfig(entry.getValue(), config),
                    PackedCheckpoint::baichuan));
  }

  /** A case with the configuration and the names of another class of the same arithmetic. */
  private DynamicTest under(
      String name,
      Function<Map<String, Object>, ConfigTree> config,
      UnaryOperator<WeightSource> weights) {
    ReferenceCase one = ReferenceCase.load(name);
    return DynamicTest.dynamicTest(
        name, () -> compare(one, config.apply(one.config()), weights.apply(hashed(one))));
  }

  private static ConfigTree internLmConfig(Map<String, Object> llama) {
    Map<String, Object> config = new TreeMap<>(llama);
    config.put("architectures", List.of("InternLMForCausalLM"));
    config.put("bias", config.remove("attention_bias"));
    Map<String, Object> rotary = new TreeMap<>();
    rotary.put("base", config.remove("rope_theta"));
    rotary.put("type", config.remove("rope_scaling") == null ? "origin" : "dynamic");
    config.put("rotary", rotary);
    return ConfigTree.of("internlm config.json", config);
  }

  private void compareInternLm2(ReferenceCase one) {
    ConfigTree config = one.tree();
    int heads = config.positiveInt("num_attention_heads");
    int headDim = config.positiveInt("head_dim", config.positiveInt("hidden_size") / heads);
    var shape = AttentionShape.of(heads, config.positiveInt("num_key_value_heads"), headDim);
    compare(
        one, InternLm2Checkpoint.config(one.config()), new InternLm2Checkpoint(hashed(one), shape));
  }

  private static WeightSource hashed(ReferenceCase one) {
    return new HashedWeights(DType.F32, name -> !one.tied() || !name.equals("lm_head.weight"));
  }

  private void compare(ReferenceCase one, ConfigTree config, WeightSource weights) {
    TextBlueprint blueprint = TextModels.blueprint(config, "");
    try (Device device = open()) {
      LanguageModel model = blueprint.build(weights, device);
      for (int chunk : new int[] {one.prompt().length, 7, 1}) {
        try (DecoderRun run =
            new DecoderRun(
                model, blueprint.kvLayout(), device, one.prompt().length, one.greedy().length)) {
          compare(one, run, chunk);
        }
      }
    }
  }

  private void compare(ReferenceCase one, DecoderRun run, int chunk) {
    List<float[]> prompt = run.prefill(one.prompt(), chunk);
    one.logits()
        .forEach((position, logits) -> assertClose(logits, prompt.get(position), "at " + position));
    int[] greedy = new int[one.greedy().length];
    float[] logits = prompt.getLast();
    for (int i = 0; i < greedy.length; i++) {
      greedy[i] = choosesIds() ? largest(logits) : one.greedy()[i];
      logits = run.step(greedy[i]).getFirst();
    }
    assertArrayEquals(one.greedy(), greedy, "greedy ids, chunks of " + chunk);
    assertClose(one.logitsAfterGreedy(), logits, "after the greedy ids");
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private void assertClose(float[] expected, float[] actual, String where) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(relative < tolerance(), "relative error of the logits " + where + ": " + relative);
  }
}

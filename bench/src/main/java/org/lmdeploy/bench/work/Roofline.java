package org.lmdeploy.bench.work;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;

/**
 * The least time that a decoder needs on a device: every step reads all weights once, and the keys
 * and values of all sequences once, or computes their products, whichever takes longer. Nothing
 * else is counted, so that no implementation can be faster on that device.
 *
 * @param work what the decoder computes
 * @param weightBytes bytes of weights that a step reads
 * @param kvTokenBytes bytes that a token keeps in the KV cache
 * @param ceilings what the device can do
 */
public record Roofline(
    DecoderWork work, long weightBytes, double kvTokenBytes, MeasuredCeilings ceilings) {
  private static final double OPERATIONS = 2;

  /**
   * Seconds of a decoding step.
   *
   * @param batch sequences
   * @param context tokens that each of them has in the KV cache
   */
  public double decodeStep(double batch, double context) {
    double read = weightBytes / ceilings.bandwidth();
    double product = OPERATIONS * work.parameters() * batch / ceilings.matrixRate();
    double cache = kvTokenBytes * batch * context / ceilings.bandwidth();
    double attention = attention(context) * batch / ceilings.matrixRate();
    return Math.max(read, product) + Math.max(cache, attention);
  }

  /** Operations of the attention of one token to so many. */
  private double attention(double context) {
    return 2 * OPERATIONS * work.queryColumns() * work.layers() * context;
  }

  /** Seconds of the prefill of some prompts at once. */
  public double prefill(double prompts, double promptTokens) {
    double linear = OPERATIONS * work.layers() * work.layerParameters() * promptTokens;
    double head = OPERATIONS * work.headParameters();
    double causal = attention(promptTokens / 2) * promptTokens;
    double compute = prompts * (linear + head + causal) / ceilings.matrixRate();
    return Math.max(weightBytes / ceilings.bandwidth(), compute);
  }

  /** Seconds of the steps that make {@code steps} tokens of each sequence after a context. */
  public double decode(int batch, int context, int steps) {
    double seconds = 0;
    for (int i = 1; i <= steps; i++) {
      seconds += decodeStep(batch, context + i);
    }
    return seconds;
  }

  /** Tokens of answers in a second of decoding alone. */
  public double decodeThroughput(int batch, int context, int steps) {
    return batch * (double) steps / decode(batch, context, steps);
  }

  /** Tokens of answers in a second of a static batch, prefill included. */
  public double staticThroughput(int batch, int promptTokens, int outputTokens) {
    double seconds = prefill(batch, promptTokens) + decode(batch, promptTokens, outputTokens - 1);
    return batch * (double) outputTokens / seconds;
  }

  /**
   * Requests in a second of a server whose batch is always full.
   *
   * @param batch sequences
   * @param input tokens of a prompt on average
   * @param output tokens of an answer on average
   */
  public double servingThroughput(int batch, double input, double output) {
    double decode = output * decodeStep(batch, input + output / 2) / batch;
    double compute =
        input
            * (OPERATIONS * work.layers() * work.layerParameters() + attention(input / 2))
            / ceilings.matrixRate();
    return 1 / (decode + compute);
  }

  /** For reports: what the limits were computed from. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("weight_bytes_per_step", weightBytes);
    map.put("kv_bytes_per_token", kvTokenBytes);
    map.put("layer_parameters", work.layers() * work.layerParameters());
    map.put("head_parameters", work.headParameters());
    map.put(
        "formula",
        "step(B, c) = max(weights / bandwidth, 2 P B / rate)"
            + " + max(KV B c / bandwidth, 4 heads size layers B c / rate)");
    return map;
  }
}

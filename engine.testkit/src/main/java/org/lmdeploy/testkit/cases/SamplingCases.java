package org.lmdeploy.testkit.cases;

import java.util.Collections;
import java.util.List;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.tensor.Tensor;

/** Choosing the largest logit after bans, biases and penalties, with log probabilities. */
final class SamplingCases {
  /** Ids up to here are exact in every activation type. */
  private static final int VOCABULARY = 201;

  private SamplingCases() {}

  static void addTo(CaseList cases) {
    int[] none = {};
    float[] noBias = {};
    for (int rows : new int[] {1, 3, 16}) {
      for (int logprobs : new int[] {-1, 0, 1, 5}) {
        add(
            cases,
            rows + " rows, " + logprobs + " log probabilities",
            rows,
            SamplingRows.greedy(logprobs));
      }
    }
    int[] some = {0, 1, 2, 3, 50, 100, 150, 199, 200, 3, 3, 1};
    add(
        cases,
        "repetition penalty",
        5,
        SamplingRows.adjusted(1.7f, 0, 0, some, none, none, noBias, none, 8));
    add(
        cases,
        "presence penalty",
        5,
        SamplingRows.adjusted(1, 0.9f, 0, none, some, none, noBias, none, 8));
    add(
        cases,
        "frequency penalty",
        5,
        SamplingRows.adjusted(1, 0, 0.6f, none, some, none, noBias, none, 8));
    add(
        cases,
        "biases",
        2,
        SamplingRows.adjusted(
            1, 0, 0, none, none, new int[] {7, 9}, new float[] {20, 19}, none, 3));
    add(
        cases,
        "bans",
        2,
        SamplingRows.adjusted(
            1, 0, 0, none, none, new int[] {7, 9}, new float[] {20, 19}, new int[] {7}, 3));
    add(
        cases,
        "everything",
        4,
        SamplingRows.adjusted(
            1.3f,
            0.4f,
            0.3f,
            some,
            some,
            new int[] {1, 9},
            new float[] {9, -4},
            new int[] {0, 3},
            9));
    long[] few = {1L << 7 | 1L << 63, 1L, 0b1011};
    add(cases, "among few ids", 5, SamplingRows.among(few, SamplingRows.greedy(3)));
    add(
        cases,
        "among few ids, likeliest alone",
        3,
        SamplingRows.among(few, SamplingRows.greedy(-1)));
    add(
        cases,
        "among few ids after everything",
        4,
        SamplingRows.among(
            few,
            SamplingRows.adjusted(
                1.3f, 0.4f, 0.3f, some, some, new int[] {1, 9}, new float[] {9, -4}, none, 4)));
    add(cases, "a given id", 3, SamplingRows.forced(200, SamplingRows.greedy(4)));
    add(cases, "a given id alone", 3, SamplingRows.forced(7, SamplingRows.greedy(-1)));
    add(
        cases,
        "a given id after a penalty",
        3,
        SamplingRows.forced(
            3, SamplingRows.adjusted(1.7f, 0, 0, some, none, none, noBias, none, 0)));
    cases.add(
        "sample",
        "the lowest id among equals",
        rig -> {
          float[] logits = new float[VOCABULARY];
          logits[200] = logits[117] = logits[33] = 3;
          return result(
              rig, rig.activation(logits, 1, VOCABULARY), List.of(SamplingRows.greedy(0)));
        });
  }

  private static void add(CaseList cases, String name, int rows, SamplingRow row) {
    cases.add(
        "sample",
        name,
        rig -> result(rig, rig.scaled(6, rows, VOCABULARY), Collections.nCopies(rows, row)));
  }

  /**
   * Ids and log probabilities as a tensor [rows, any], so that they are compared like all results.
   */
  private static Tensor result(Rig rig, Tensor logits, List<SamplingRow> rows) {
    List<SampledToken> tokens = rig.ops().sample(logits, rows);
    int listed = Math.max(0, rows.getFirst().logprobs());
    int columns = 2 + 2 * listed;
    float[] values = new float[tokens.size() * columns];
    int at = 0;
    for (SampledToken token : tokens) {
      values[at++] = token.id();
      values[at++] = rows.getFirst().logprobs() < 0 ? 0 : token.logprob();
      for (int i = 0; i < listed; i++) {
        values[at++] = token.topIds()[i];
        values[at++] = token.topLogprobs()[i];
      }
    }
    return rig.activation(values, tokens.size(), columns);
  }
}

package org.lmdeploy.testkit.reference;

import org.lmdeploy.api.tensor.Tensor;

/** What operators check on entry. */
final class Checks {
  private Checks() {}

  static void that(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException(rule);
    }
  }

  static void columns(Tensor x, long columns) {
    that(
        x.shape().columns() == columns,
        "a tensor " + x.shape() + " does not have the " + columns + " columns that are needed");
  }
}

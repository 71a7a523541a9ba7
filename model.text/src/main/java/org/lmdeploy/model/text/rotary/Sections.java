package org.lmdeploy.model.text.rotary;

import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.RotarySpec;
import org.lmdeploy.api.ops.StepBatch;

/**
 * M-RoPE (Qwen2-VL, arXiv 2409.12191): the first {@code mrope_section[0]} pairs are turned by the
 * position in time, the next by the height, the last by the width. Tokens of text have the same
 * position on all three.
 */
final class Sections {
  private static final String KEY = "mrope_section";

  private Sections() {}

  /** The rule on the axes that the parameters name, or the rule itself. */
  static RotarySpec of(RotaryParameters parameters, RotarySpec rule) {
    List<Integer> sections = parameters.rules().integers(KEY);
    if (sections.isEmpty()) {
      if (parameters.type().equals("mrope")) {
        throw parameters.rules().wrong(KEY, "missing", "the pairs of time, height and width");
      }
      return rule;
    }
    if (rule.switchLength() != Integer.MAX_VALUE) {
      throw new UnsupportedFeatureException(
          parameters.rules().path()
              + ": "
              + KEY
              + " together with the rule '"
              + parameters.type()
              + "', which looks at the length, is not supported");
    }
    int pairs = rule.rotaryDim() / 2;
    long sum = sections.stream().mapToLong(Integer::longValue).sum();
    if (sections.size() != StepBatch.AXES
        || sections.stream().anyMatch(section -> section < 0)
        || sum != pairs) {
      throw parameters
          .rules()
          .wrong(KEY, sections, "three numbers that add up to " + pairs + " pairs are needed");
    }
    int[] axes = new int[pairs];
    int from = 0;
    for (int axis = 0; axis < StepBatch.AXES; axis++) {
      Arrays.fill(axes, from, from + sections.get(axis), axis);
      from += sections.get(axis);
    }
    return new RotarySpec.OnAxes(rule, axes);
  }
}

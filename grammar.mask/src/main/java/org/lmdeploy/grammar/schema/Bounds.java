package org.lmdeploy.grammar.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Which numbers are permitted. */
final class Bounds {
  private BigDecimal least;
  private boolean aboveLeast;
  private BigDecimal most;
  private boolean belowMost;
  private final List<BigDecimal> steps = new ArrayList<>();

  /** Takes the keywords of a schema in. */
  void add(SchemaNode node) {
    raise(number(node, "minimum"), false);
    raise(number(node, "exclusiveMinimum"), true);
    lower(number(node, "maximum"), false);
    lower(number(node, "exclusiveMaximum"), true);
    BigDecimal step = number(node, "multipleOf");
    if (step != null) {
      if (step.signum() <= 0) {
        throw node.invalid("multipleOf", "must be greater than 0");
      }
      NumberGrammar.checkStep(node, step);
      steps.add(step);
    }
    String format = node.json().path("format").asString("");
    if (format.equals("int32") || format.equals("int64")) {
      long limit = format.equals("int32") ? Integer.MAX_VALUE : Long.MAX_VALUE;
      raise(BigDecimal.valueOf(-limit - 1), false);
      lower(BigDecimal.valueOf(limit), false);
    }
  }

  private static BigDecimal number(SchemaNode node, String keyword) {
    if (!node.has(keyword)) {
      return null;
    }
    JsonNode value = node.json().get(keyword);
    if (!value.isNumber()) {
      throw node.invalid(keyword, "must be a number");
    }
    BigDecimal number = value.decimalValue().stripTrailingZeros();
    if (number.scale() > 30 || number.precision() - number.scale() > 30) {
      throw node.unsupported(keyword, "it has more than 30 digits");
    }
    return number;
  }

  private void raise(BigDecimal bound, boolean exclusive) {
    if (bound != null) {
      int order = least == null ? 1 : bound.compareTo(least);
      aboveLeast = order > 0 ? exclusive : order == 0 ? aboveLeast || exclusive : aboveLeast;
      least = order > 0 ? bound : least;
    }
  }

  private void lower(BigDecimal bound, boolean exclusive) {
    if (bound != null) {
      int order = most == null ? -1 : bound.compareTo(most);
      belowMost = order < 0 ? exclusive : order == 0 ? belowMost || exclusive : belowMost;
      most = order < 0 ? bound : most;
    }
  }

  boolean areMissing() {
    return least == null && most == null && steps.isEmpty();
  }

  boolean permit(BigDecimal value) {
    return (least == null || value.compareTo(least) >= (aboveLeast ? 1 : 0))
        && (most == null || value.compareTo(most) <= (belowMost ? -1 : 0))
        && steps.stream().allMatch(step -> value.remainder(step).signum() == 0);
  }

  /** Whether no number is within both. */
  boolean excludes(Bounds other) {
    return isBelow(this, other) || isBelow(other, this);
  }

  private static boolean isBelow(Bounds low, Bounds high) {
    if (low.most == null || high.least == null) {
      return false;
    }
    int order = low.most.compareTo(high.least);
    return order < 0 || (order == 0 && (low.belowMost || high.aboveLeast));
  }

  /** Null if there is none. */
  BigDecimal least() {
    return least;
  }

  boolean aboveLeast() {
    return aboveLeast;
  }

  /** Null if there is none. */
  BigDecimal most() {
    return most;
  }

  boolean belowMost() {
    return belowMost;
  }

  List<BigDecimal> steps() {
    return steps;
  }
}

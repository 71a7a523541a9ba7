package org.lmdeploy.testkit.cases;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;

/** Collects cases. */
final class CaseList {
  /** The types of weights that every device takes. */
  static final List<DType> WEIGHT_TYPES = List.of(DType.F32, DType.F16, DType.BF16);

  private final List<OperatorCase> cases = new ArrayList<>();

  /** Computes one tensor. */
  @FunctionalInterface
  interface Single {
    Tensor run(Rig rig);
  }

  void add(String operator, String name, Single program) {
    addAll(operator, name, rig -> List.of(program.run(rig)));
  }

  void addAll(String operator, String name, Program program) {
    cases.add(new OperatorCase(operator, name, program));
  }

  List<OperatorCase> cases() {
    return List.copyOf(cases);
  }
}

package org.lmdeploy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.testkit.cases.OperatorCase;
import org.lmdeploy.testkit.cases.Rig;

/** One case on the tested device and on the reference. */
record CaseRun(OperatorCase one, Device device, Device reference, double tolerance) {
  private record Result(Shape shape, float[] values) {}

  void run() {
    DType type = device.ops().activationType();
    List<Result> actual = results(device, type);
    List<Result> expected = results(reference, type);
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      Result right = expected.get(i);
      Result result = actual.get(i);
      Comparison.assertClose(right.shape, right.values, result.shape, result.values, tolerance);
    }
  }

  private List<Result> results(Device on, DType type) {
    try (Rig rig = new Rig(on, type)) {
      List<Tensor> tensors = one.program().run(rig);
      assertTrue(rig.called().contains(one.operator()), "the case has to use its operator");
      return tensors.stream()
          .map(tensor -> new Result(tensor.shape(), on.ops().download(tensor)))
          .toList();
    } catch (UnsupportedFeatureException e) {
      // a device may refuse what it says it refuses; the coverage check still wants other cases
      Assumptions.abort(e.getMessage());
      throw e;
    }
  }
}

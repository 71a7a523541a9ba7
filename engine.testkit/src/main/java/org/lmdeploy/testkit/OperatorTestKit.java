package org.lmdeploy.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.testkit.cases.Draws;
import org.lmdeploy.testkit.cases.Independence;
import org.lmdeploy.testkit.cases.OperatorCase;
import org.lmdeploy.testkit.cases.OperatorCases;
import org.lmdeploy.testkit.cases.WrongShapes;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/**
 * What every device has to pass: each operator with each type of weights in many shapes against the
 * float64 reference, results that do not depend on the rest of the batch, draws with the right
 * probabilities, errors for wrong shapes. A device's test is a subclass that opens the device:
 *
 * <pre>{@code
 * final class HostDeviceTest extends OperatorTestKit {
 *   @Override
 *   protected Device open() {
 *     return new HostDeviceProvider().open("host");
 *   }
 * }
 * }</pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class OperatorTestKit {
  private final Map<String, Integer> executed = new TreeMap<>();
  private Device device;

  /** For subclasses. */
  protected OperatorTestKit() {}

  /** Opens the device to be tested; it is closed at the end. */
  protected abstract Device open();

  /** Tokens of KV blocks to test with; a device that has limits names what it can. */
  protected List<Integer> blockSizes() {
    return List.of(16, 64, 5);
  }

  /** The largest error of a row of a result, relative to the row, by 2-norms. */
  protected double tolerance(DType type) {
    return switch (type) {
      case F32 -> 1e-5;
      case F16 -> 4e-3;
      case BF16 -> 3e-2;
      default -> 5e-2;
    };
  }

  /**
   * Whether a row of a result is the same to the last bit whatever else is in the batch and however
   * its prompt was cut, as the host device promises.
   */
  protected boolean exactRows() {
    return true;
  }

  /** Opens the device. */
  @BeforeAll
  final void openDevice() {
    device = open();
  }

  /** Closes the device, which may find that something was left open. */
  @AfterAll
  final void closeDevice() {
    if (device != null) {
      device.close();
    }
  }

  /** Each operator against the reference. */
  @TestFactory
  final Stream<DynamicNode> operators() {
    Map<String, List<OperatorCase>> groups =
        OperatorCases.all(blockSizes()).stream()
            .collect(
                Collectors.groupingBy(OperatorCase::operator, TreeMap::new, Collectors.toList()));
    Stream<DynamicNode> tests =
        groups.entrySet().stream()
            .map(
                group ->
                    DynamicContainer.dynamicContainer(group.getKey(), tests(group.getValue())));
    return Stream.concat(
        tests, Stream.of(DynamicTest.dynamicTest("every operator was run", this::assertCoverage)));
  }

  /** Rows of a result do not depend on the others. */
  @TestFactory
  final Stream<DynamicTest> independence() {
    double tolerance = exactRows() ? 0 : tolerance(activationType());
    return new Independence(device, tolerance, blockSizes())
        .checks().entrySet().stream()
            .map(check -> DynamicTest.dynamicTest(check.getKey(), check.getValue()));
  }

  /** Tokens are drawn with the right probabilities, by seed and position alone. */
  @TestFactory
  final Stream<DynamicTest> draws() {
    return new Draws(device)
        .checks().entrySet().stream()
            .map(check -> DynamicTest.dynamicTest(check.getKey(), check.getValue()));
  }

  /** Wrong shapes are refused on entry. */
  @TestFactory
  final Stream<DynamicTest> wrongShapes() {
    return new WrongShapes(device)
        .checks().entrySet().stream()
            .map(check -> DynamicTest.dynamicTest(check.getKey(), check.getValue()));
  }

  private Stream<DynamicTest> tests(List<OperatorCase> cases) {
    Function<OperatorCase, DynamicTest> test =
        one -> DynamicTest.dynamicTest(one.name(), () -> run(one));
    return cases.stream().map(test);
  }

  private void run(OperatorCase one) {
    double tolerance = Math.max(tolerance(activationType()), tolerance(device.kvType()));
    try (ReferenceDevice reference = new ReferenceDevice()) {
      new CaseRun(one, device, reference, tolerance).run();
    }
    executed.merge(one.operator(), 1, Integer::sum);
  }

  private void assertCoverage() {
    Set<String> operators =
        Arrays.stream(Ops.class.getMethods())
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(operators, new HashSet<>(executed.keySet()), "operators with a case that passed");
  }

  private DType activationType() {
    return device.ops().activationType();
  }
}

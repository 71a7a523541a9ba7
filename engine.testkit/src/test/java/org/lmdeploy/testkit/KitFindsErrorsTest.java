package org.lmdeploy.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.testkit.cases.OperatorCase;
import org.lmdeploy.testkit.cases.OperatorCases;
import org.lmdeploy.testkit.reference.ReferenceDevice;

/** A device of which one operator is a little wrong fails the cases of that operator. */
final class KitFindsErrorsTest {
  /** Operators without a result to be wrong in. */
  private static final Set<String> NO_RESULT = Set.of("activationType", "frame", "empty");

  private static final double ERROR = 0.01;

  @TestFactory
  Stream<DynamicTest> operators() {
    List<OperatorCase> cases = OperatorCases.all(List.of(16));
    return cases.stream()
        .map(OperatorCase::operator)
        .distinct()
        .filter(operator -> !NO_RESULT.contains(operator))
        .map(operator -> DynamicTest.dynamicTest(operator, () -> assertFound(operator, cases)));
  }

  private static void assertFound(String operator, List<OperatorCase> cases) {
    List<OperatorCase> own =
        cases.stream().filter(one -> one.operator().equals(operator)).limit(20).toList();
    long failed = own.stream().filter(one -> fails(one, operator)).count();
    assertTrue(failed > own.size() / 2, failed + " of " + own.size() + " cases found the error");
  }

  private static boolean fails(OperatorCase one, String operator) {
    try (Device faulty = faulty(operator);
        Device reference = new ReferenceDevice()) {
      new CaseRun(one, faulty, reference, 1e-5).run();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }

  private static Device faulty(String operator) {
    Device device = new ReferenceDevice();
    Ops right = device.ops();
    Ops wrong =
        proxy(
            Ops.class,
            (method, arguments) -> {
              Object result = call(right, method, arguments);
              return method.getName().equals(operator) ? spoil(right, result, arguments) : result;
            });
    return proxy(
        Device.class,
        (method, arguments) ->
            method.getName().equals("ops") ? wrong : call(device, method, arguments));
  }

  /**
   * Changes the last element of the result or, where there is none, of what is written in place.
   */
  private static Object spoil(Ops ops, Object result, Object[] arguments) {
    return switch (result) {
      case null -> {
        spoil(ops, (Tensor) arguments[0]);
        yield null;
      }
      case Tensor tensor -> {
        spoil(ops, tensor);
        yield tensor;
      }
      case float[] values -> {
        values[values.length - 1] += 1;
        yield values;
      }
      case List<?> tokens -> tokens.stream().map(token -> next((SampledToken) token)).toList();
      default -> throw new IllegalStateException("no way to spoil " + result);
    };
  }

  private static SampledToken next(SampledToken token) {
    return new SampledToken(token.id() + 1, token.logprob(), token.topIds(), token.topLogprobs());
  }

  private static void spoil(Ops ops, Tensor tensor) {
    float[] values = ops.download(tensor);
    double largest = 1;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    values[values.length - 1] += (float) (ERROR * largest);
    Tensor spoilt = ops.upload(HostTensors.of(DType.F32, values, tensor.shape().toArray()));
    ops.copyRows(tensor, 0, spoilt, 0, tensor.shape().rows());
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> handler.handle(method, arguments)));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}

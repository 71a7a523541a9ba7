package org.lmdeploy.testkit.reference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.Shape;

/** The nested frames of activations; closing one makes its tensors unusable. */
final class ReferenceFrames {
  private final Deque<OpenFrame> open = new ArrayDeque<>();
  private long live;
  private long peak;

  private final class OpenFrame implements Frame {
    private final List<ReferenceTensor> tensors = new ArrayList<>();

    @Override
    public void close() {
      if (open.peek() != this) {
        throw new IllegalStateException("frames have to be closed in reverse order");
      }
      open.pop();
      tensors.forEach(ReferenceTensor::giveBack);
      live -= tensors.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
    }
  }

  Frame frame() {
    OpenFrame frame = new OpenFrame();
    open.push(frame);
    return frame;
  }

  ReferenceTensor tensor(double[] values, Shape shape) {
    ReferenceTensor tensor = new ReferenceTensor(values, shape);
    if (open.isEmpty()) {
      throw new IllegalStateException("activations need an open frame");
    }
    open.peek().tensors.add(tensor);
    live += shape.elements();
    peak = Math.max(peak, live);
    return tensor;
  }

  /** An activation full of NaN, so that reading what nobody wrote is noticed. */
  ReferenceTensor empty(Shape shape) {
    double[] values = new double[Math.toIntExact(shape.elements())];
    Arrays.fill(values, Double.NaN);
    return tensor(values, shape);
  }

  /** The most elements that were alive at once. */
  long peak() {
    return peak;
  }

  int depth() {
    return open.size();
  }
}

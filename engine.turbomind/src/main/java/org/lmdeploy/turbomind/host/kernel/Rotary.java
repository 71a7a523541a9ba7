package org.lmdeploy.turbomind.host.kernel;

import static org.lmdeploy.turbomind.host.kernel.Lanes.COUNT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.F;
import static org.lmdeploy.turbomind.host.kernel.Lanes.FLOAT;
import static org.lmdeploy.turbomind.host.kernel.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Rotary position embedding in place: pairs (a, b) of the first {@code rotaryDim} elements of every
 * head become {@code (a cos - b sin, b cos + a sin)}.
 */
public enum Rotary {

  /** Pairs are elements i and i + rotaryDim / 2 (GPT-NeoX, Llama in Hugging Face order). */
  HALF {
    @Override
    void head(
        MemorySegment x,
        long xo,
        int half,
        MemorySegment cos,
        long co,
        MemorySegment sin,
        long so) {
      long xh = xo + 4L * half;
      int i = 0;
      for (; i + COUNT <= half; i += COUNT) {
        long o = 4L * i;
        FloatVector a = FloatVector.fromMemorySegment(F, x, xo + o, ORDER);
        FloatVector b = FloatVector.fromMemorySegment(F, x, xh + o, ORDER);
        FloatVector c = FloatVector.fromMemorySegment(F, cos, co + o, ORDER);
        FloatVector s = FloatVector.fromMemorySegment(F, sin, so + o, ORDER);
        a.mul(c).sub(b.mul(s)).intoMemorySegment(x, xo + o, ORDER);
        b.mul(c).add(a.mul(s)).intoMemorySegment(x, xh + o, ORDER);
      }
      for (; i < half; i++) {
        long o = 4L * i;
        rotate(x, xo + o, xh + o, cos.get(FLOAT, co + o), sin.get(FLOAT, so + o));
      }
    }
  },

  /** Pairs are elements 2i and 2i + 1 (GPT-J, original Llama order). */
  INTERLEAVED {
    @Override
    void head(
        MemorySegment x,
        long xo,
        int half,
        MemorySegment cos,
        long co,
        MemorySegment sin,
        long so) {
      for (int i = 0; i < half; i++) {
        long o = xo + 8L * i;
        rotate(x, o, o + 4, cos.get(FLOAT, co + 4L * i), sin.get(FLOAT, so + 4L * i));
      }
    }
  };

  private static final long PARALLEL = 1 << 15;

  abstract void head(
      MemorySegment x, long xo, int half, MemorySegment cos, long co, MemorySegment sin, long so);

  /**
   * @param x rows of {@code heads * headDim} elements, one per token
   * @param tokens number of rows
   * @param rotaryDim rotated elements of a head, even, at most {@code headDim}
   * @param cos per token {@code rotaryDim / 2} cosines
   * @param sin per token {@code rotaryDim / 2} sines
   */
  public void apply(
      Workers workers,
      FloatRows x,
      int tokens,
      int heads,
      int headDim,
      int rotaryDim,
      FloatRows cos,
      FloatRows sin) {
    Workers.Task row =
        (t, worker) -> {
          for (int h = 0; h < heads; h++) {
            head(
                x.segment(),
                x.row(t) + 4L * h * headDim,
                rotaryDim / 2,
                cos.segment(),
                cos.row(t),
                sin.segment(),
                sin.row(t));
          }
        };
    if ((long) tokens * heads * headDim < PARALLEL) {
      for (int t = 0; t < tokens; t++) {
        row.run(t, 0);
      }
    } else {
      workers.parallelFor(tokens, row);
    }
  }

  private static void rotate(MemorySegment x, long ao, long bo, float cos, float sin) {
    float a = x.get(FLOAT, ao);
    float b = x.get(FLOAT, bo);
    x.set(FLOAT, ao, a * cos - b * sin);
    x.set(FLOAT, bo, b * cos + a * sin);
  }
}

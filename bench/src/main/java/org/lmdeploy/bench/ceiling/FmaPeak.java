package org.lmdeploy.bench.ceiling;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Fused multiply-adds of fp32 in registers, on all processors. */
final class FmaPeak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Independent sums: latency of 4 to 5 cycles times two units, and some to spare. */
  private static final int CHAINS = 12;

  private static final int LOOPS = 200_000;
  private static final int PIECES = 64;
  private static final double OPERATIONS = 2.0 * CHAINS * LOOPS * SPECIES.length() * PIECES;

  /** Keeps the compiler from dropping the sums. */
  private volatile float sink;

  /** Operations in a second; a multiply-add counts as two. */
  double measure(Crew crew) {
    return OPERATIONS / crew.seconds(PIECES, index -> sink = sum(1 + index * 1e-6f));
  }

  private static float sum(float start) {
    FloatVector x = FloatVector.broadcast(SPECIES, start);
    FloatVector y = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector a = y;
    FloatVector b = y.add(1);
    FloatVector c = y.add(2);
    FloatVector d = y.add(3);
    FloatVector e = y.add(4);
    FloatVector f = y.add(5);
    FloatVector g = y.add(6);
    FloatVector h = y.add(7);
    FloatVector i = y.add(8);
    FloatVector j = y.add(9);
    FloatVector k = y.add(10);
    FloatVector l = y.add(11);
    for (int loop = 0; loop < LOOPS; loop++) {
      a = x.fma(y, a);
      b = x.fma(y, b);
      c = x.fma(y, c);
      d = x.fma(y, d);
      e = x.fma(y, e);
      f = x.fma(y, f);
      g = x.fma(y, g);
      h = x.fma(y, h);
      i = x.fma(y, i);
      j = x.fma(y, j);
      k = x.fma(y, k);
      l = x.fma(y, l);
    }
    FloatVector first = a.add(b).add(c.add(d)).add(e.add(f));
    return first.add(g.add(h).add(i.add(j)).add(k.add(l))).lane(0);
  }
}

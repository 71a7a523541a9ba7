package org.lmdeploy.turbomind.host.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions on vectors. Each lane depends only on its own input and only on exactly
 * rounded operations, so results are the same in every lane, for every species and in interpreted
 * and compiled code. The polynomials are minimax and Chebyshev fits.
 */
final class VectorMath {

  static final float LOG2_E = 0x1.715476p0f;

  // Constants are kept as vectors: a broadcast costs C2 several times the nodes of a load, and its
  // inlining budget
  // decides whether callers of these functions stay free of boxing.
  static final FloatVector ZERO = all(0);
  static final FloatVector HALF = all(0.5);
  static final FloatVector ONE = all(1);
  private static final FloatVector SCALE = all(LOG2_E);
  private static final FloatVector SCALE_LOW = all(1.4426950408889634 - LOG2_E);

  /**
   * Adding and subtracting 1.5 * 2^23 rounds to the nearest integer and leaves it in the low
   * mantissa bits.
   */
  private static final FloatVector ROUND = all(0x1.8p23);

  private static final FloatVector SMALLEST = all(-126);
  private static final FloatVector EXP_SMALLEST = all(-87.3);
  private static final FloatVector EXP_LARGEST = all(88);

  // 2^r on [-0.5, 0.5], relative error 2e-9 before rounding.
  private static final FloatVector P6 = all(0.0001535336207328732);
  private static final FloatVector P5 = all(0.0013398874394043101);
  private static final FloatVector P4 = all(0.00961843735694053);
  private static final FloatVector P3 = all(0.05550332471190603);
  private static final FloatVector P2 = all(0.24022647913637024);
  private static final FloatVector P1 = all(0.6931472028550318);

  // log2(erfc(t) / u) + t^2 log2 e around the centre of u, error 1e-7.
  private static final FloatVector ERFC_CENTRE = all(0.5625);
  private static final FloatVector E9 = all(0.23878030824703833);
  private static final FloatVector E8 = all(0.06698543274875136);
  private static final FloatVector E7 = all(-0.37960139989389413);
  private static final FloatVector E6 = all(-0.006684496618529873);
  private static final FloatVector E5 = all(0.43153601208763576);
  private static final FloatVector E4 = all(-0.09581776749670665);
  private static final FloatVector E3 = all(-0.5816974703007461);
  private static final FloatVector E2 = all(0.16742967591055544);
  private static final FloatVector E1 = all(1.9684551261819465);
  private static final FloatVector E0 = all(-0.8469597056809932);

  private VectorMath() {}

  /** 2^x for x up to 127, relative error below 2e-7; 0 below -126, exactly 1 at 0. */
  static FloatVector exp2(FloatVector x) {
    FloatVector shifted = x.add(ROUND);
    FloatVector r = x.sub(shifted.sub(ROUND));
    FloatVector p = P6.fma(r, P5).fma(r, P4).fma(r, P3).fma(r, P2).fma(r, P1).fma(r, ONE);
    return p.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats()
        .blend(ZERO, x.compare(VectorOperators.LT, SMALLEST));
  }

  /** e^x, relative error below 3e-7; 0 below -87.3, saturated above 88. */
  static FloatVector exp(FloatVector x) {
    FloatVector y = x.blend(EXP_LARGEST, x.compare(VectorOperators.GT, EXP_LARGEST));
    FloatVector shifted = y.fma(SCALE, ROUND);
    FloatVector r = y.fma(SCALE_LOW, y.fma(SCALE, ROUND.sub(shifted)));
    FloatVector p = P6.fma(r, P5).fma(r, P4).fma(r, P3).fma(r, P2).fma(r, P1).fma(r, ONE);
    return p.reinterpretAsInts()
        .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
        .reinterpretAsFloats()
        .blend(ZERO, x.compare(VectorOperators.LT, EXP_SMALLEST));
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(ZERO.sub(x)).add(ONE));
  }

  /**
   * Complementary error function of t >= 0: u * 2^(p(u) - t^2 log2 e) with u = 1 / (1 + t / 2),
   * absolute error below 2e-7.
   */
  static FloatVector erfc(FloatVector t) {
    FloatVector u = ONE.div(t.fma(HALF, ONE));
    FloatVector v = u.sub(ERFC_CENTRE);
    FloatVector p =
        E9.fma(v, E8)
            .fma(v, E7)
            .fma(v, E6)
            .fma(v, E5)
            .fma(v, E4)
            .fma(v, E3)
            .fma(v, E2)
            .fma(v, E1)
            .fma(v, E0);
    return exp2(p.sub(t.mul(SCALE).mul(t))).mul(u);
  }

  private static FloatVector all(double value) {
    return FloatVector.broadcast(Lanes.F, (float) value);
  }
}

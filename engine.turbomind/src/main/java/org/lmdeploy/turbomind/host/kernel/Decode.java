package org.lmdeploy.turbomind.host.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Exact widening of 16-bit floats to fp32, two per 32-bit lane.
 *
 * <pre>
 * lane   31 ........ 16 15 ......... 0     little-endian pair
 *        odd element    even element
 * </pre>
 */
final class Decode {

    private static final int UPPER = 0xFFFF0000;
    private static final int HALF_MAGNITUDE = 0x7FFF0000;
    private static final int SIGN = 0x80000000;
    /** Half infinity after its exponent and mantissa have been moved to their fp32 positions. */
    private static final int HALF_INFINITY = 0x0F800000;
    private static final int INFINITY = 0x7F800000;
    /** Difference of the exponent biases, 127 - 15. */
    private static final float REBIAS = 0x1p112f;

    private Decode() { }

    static FloatVector bf16Even(IntVector pair) {
        return pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    static FloatVector bf16Odd(IntVector pair) {
        return pair.and(UPPER).reinterpretAsFloats();
    }

    static FloatVector fp16Even(IntVector pair) {
        return fp16Odd(pair.lanewise(VectorOperators.LSHL, 16));
    }

    /**
     * The multiplication by 2^112 rebiases the exponent and normalises subnormal halves in one exact step; only
     * infinity and NaN need their exponent completed.
     */
    static FloatVector fp16Odd(IntVector pair) {
        IntVector magnitude = pair.and(HALF_MAGNITUDE).lanewise(VectorOperators.LSHR, 3);
        VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, HALF_INFINITY);
        IntVector wide = magnitude.reinterpretAsFloats().mul(REBIAS).reinterpretAsInts();
        return wide.lanewise(VectorOperators.OR, INFINITY, special).or(pair.and(SIGN)).reinterpretAsFloats();
    }
}

package org.lmdeploy.turbomind.cuda;

import org.lmdeploy.api.ops.Activation;

/**
 * One product of activations and a linear layer, and what becomes of it: out = activation(x W^T +
 * bias); gated: activation(gate) * up; with a residual: residual + scale * (x W^T + bias).
 *
 * @param x address of [rows, layer.inFeatures], rows at multiples of 16 bytes
 * @param rows rows of x
 * @param stride elements from row to row of x, a multiple of 8
 * @param layer the weight
 * @param out address of [rows, columns]
 * @param columns columns of the result
 * @param residual address of [rows, columns], may be {@code out}; 0 for none
 * @param scale address of float32 factors of the columns; 0 for none
 * @param activation of the result, or of the gate
 * @param floatResult whether the result is float32
 */
record LinearCall(
    long x,
    int rows,
    int stride,
    CudaLinear layer,
    long out,
    int columns,
    long residual,
    long scale,
    Activation activation,
    boolean floatResult) {}

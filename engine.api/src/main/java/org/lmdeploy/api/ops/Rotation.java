package org.lmdeploy.api.ops;

import org.lmdeploy.api.tensor.Tensor;

/**
 * How the queries and keys of a step are rotated.
 *
 * @param angles of {@link Ops#rotaryTable}, for the rows of the step
 * @param pairing which elements of a head are turned together
 */
public record Rotation(Tensor angles, RotarySpec.Pairing pairing) {}

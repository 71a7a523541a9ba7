package org.lmdeploy.api.ops;

import org.lmdeploy.api.tensor.Tensor;

/**
 * How the queries and keys of some rows are rotated.
 *
 * @param angles of {@link Ops#rotaryTable}, for these rows
 * @param pairing which elements of a head are turned together
 */
public record Rotation(Tensor angles, RotarySpec.Pairing pairing) {}

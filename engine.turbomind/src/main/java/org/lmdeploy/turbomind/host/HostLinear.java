package org.lmdeploy.turbomind.host;

import java.util.List;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.turbomind.host.kernel.WeightMatrix;

/**
 * A linear layer of the host device: matrices where they lie in the mapped file, biases as fp32.
 *
 * @param parts matrices whose results lie side by side
 * @param outFeatures columns of the result
 * @param inFeatures columns of the input
 */
record HostLinear(List<WeightMatrix> parts, long outFeatures, long inFeatures)
    implements LinearWeight {}

package org.lmdeploy.testkit.cases;

import java.util.List;
import org.lmdeploy.api.tensor.Tensor;

/**
 * What a case computes. It is run on the tested device and on the reference device, with the same
 * inputs, and the results are compared.
 */
@FunctionalInterface
public interface Program {
  /** The results, in the rig's frame. */
  List<Tensor> run(Rig rig);
}

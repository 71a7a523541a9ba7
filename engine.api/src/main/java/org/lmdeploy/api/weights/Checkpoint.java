package org.lmdeploy.api.weights;

import java.util.Set;
import org.lmdeploy.api.tensor.HostTensor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The tensors of a checkpoint, mapped from its files. All offsets have been checked. Tensors are
 * valid until the checkpoint is closed.
 */
@ProviderType
public interface Checkpoint extends AutoCloseable {
  /** Names of all tensors. */
  Set<String> names();

  /**
   * A tensor, where it lies in the mapped file.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if there is none of that name
   */
  HostTensor tensor(String name);

  /** Bytes of all tensors. */
  long bytes();

  @Override
  void close();
}

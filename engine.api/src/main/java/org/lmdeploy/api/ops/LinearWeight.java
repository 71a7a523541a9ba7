package org.lmdeploy.api.ops;

import org.osgi.annotation.versioning.ProviderType;

/** A linear layer's weight and bias, prepared by one device. */
@ProviderType
public interface LinearWeight {
  /** Columns of the result. */
  long outFeatures();

  /** Columns of the input. */
  long inFeatures();
}

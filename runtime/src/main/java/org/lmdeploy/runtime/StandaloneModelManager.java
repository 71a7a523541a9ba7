package org.lmdeploy.runtime;

import org.lmdeploy.runtime.internal.StandaloneModels;

/**
 * A model manager outside OSGi, put together from the services of the class path.
 *
 * @param models the model manager
 * @param closing closes all its models
 */
public record StandaloneModelManager(ModelManager models, Runnable closing)
    implements AutoCloseable {
  /**
   * A model manager over the services that the class loader sees.
   *
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if a needed one is missing
   */
  public static StandaloneModelManager open(ClassLoader loader) {
    return StandaloneModels.open(loader);
  }

  @Override
  public void close() {
    closing.run();
  }
}

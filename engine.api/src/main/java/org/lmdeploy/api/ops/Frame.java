package org.lmdeploy.api.ops;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A stretch of activation memory: what operators return after it was opened is given back when it
 * is closed. Frames nest like blocks of code and are closed in reverse order.
 */
@ProviderType
public interface Frame extends AutoCloseable {
  @Override
  void close();
}

package org.lmdeploy.plugin.internal;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Copied into the jar of a plugin whose start fails. */
public final class FailingActivator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    throw new IllegalStateException("no licence for Tuesdays");
  }

  @Override
  public void stop(BundleContext context) {}
}

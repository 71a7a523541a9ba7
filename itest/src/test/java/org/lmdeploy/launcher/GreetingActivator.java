package org.lmdeploy.launcher;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** All of a plugin: put into a jar and dropped in by a test. */
public final class GreetingActivator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    Dictionary<String, String> properties = new Hashtable<>();
    properties.put("greeting", "plugin");
    context.registerService(Callable.class, GreetingActivator::greet, properties);
  }

  @Override
  public void stop(BundleContext context) {
    // the framework withdraws the service
  }

  private static String greet() {
    return "hello from a plugin";
  }
}

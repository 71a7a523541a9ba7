package org.lmdeploy.runtime.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.capability.Namespaces;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Which installed bundles declare an architecture but do not offer it, because something that they
 * need is missing or because they are stopped.
 *
 * @param context sees all installed bundles
 */
record InactiveBundles(BundleContext context) {
  /** A sentence about the first such bundle. */
  Optional<String> offering(String architecture) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
        .filter(bundle -> declares(bundle, architecture))
        .map(
            bundle ->
                "The bundle "
                    + bundle.getSymbolicName()
                    + " declares it but is "
                    + (bundle.getState() == Bundle.INSTALLED
                        ? "not resolved: something that it requires is missing,"
                            + " which lmdeploy:plugins names if it is a plugin."
                        : "not started."))
        .findFirst();
  }

  private static boolean declares(Bundle bundle, String architecture) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && revision.getDeclaredCapabilities(Namespaces.FAMILY).stream()
            .map(BundleCapability::getAttributes)
            .anyMatch(
                attributes ->
                    attributes.get(Namespaces.ARCHITECTURES) instanceof List<?> architectures
                        && architectures.contains(architecture));
  }
}

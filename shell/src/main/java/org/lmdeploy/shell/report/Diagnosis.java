package org.lmdeploy.shell.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.plugin.PluginFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** What keeps bundles and components from running: OSGi itself is silent about most of it. */
public final class Diagnosis {
  private final BundleContext context;

  public Diagnosis(BundleContext context) {
    this.context = context;
  }

  /** One line for each bundle that should run and does not, and for each component that cannot. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(bundles());
    lines.addAll(plugins());
    lines.addAll(components(configuration -> true));
    return lines;
  }

  /** The lines, each on a line of its own after a line break; empty if all is well. */
  public String asText() {
    return lines().stream()
        .map(line -> System.lineSeparator() + "  " + line)
        .collect(Collectors.joining());
  }

  /** One line for each component of a bundle that cannot run. */
  public List<String> ofBundle(long bundle) {
    return components(configuration -> configuration.description.bundle.id == bundle);
  }

  /** Why a component could not be activated, if that was tried and failed. */
  public Optional<String> failure(String component) {
    return configurations()
        .filter(configuration -> configuration.description.name.equals(component))
        .filter(configuration -> configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
        .map(Diagnosis::firstLine)
        .findFirst();
  }

  private List<String> bundles() {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : context.getBundles()) {
      boolean wanted = bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
      boolean runs = (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0;
      if (wanted && !runs) {
        lines.add("bundle " + bundle.getSymbolicName() + " does not run: " + whyNot(bundle));
      }
    }
    return lines;
  }

  /** Starting it again is the way to be told the reason. */
  private static String whyNot(Bundle bundle) {
    try {
      bundle.start(Bundle.START_TRANSIENT);
      return "it did not start before, and does now";
    } catch (BundleException e) {
      String message = String.valueOf(e.getMessage());
      int again = message.indexOf(" Unresolved requirements: ");
      return again < 0 ? message : message.substring(0, again);
    }
  }

  /** A plugin is started for one process only, so that it is none of those above. */
  private List<String> plugins() {
    ServiceReference<PluginFolder> reference = context.getServiceReference(PluginFolder.class);
    if (reference == null) {
      return List.of();
    }
    try {
      return context.getService(reference).plugins().stream()
          .filter(plugin -> !plugin.reason().isEmpty())
          .map(plugin -> "plugin " + plugin.file() + ": " + plugin.reason())
          .toList();
    } finally {
      context.ungetService(reference);
    }
  }

  private List<String> components(Predicate<ComponentConfigurationDTO> wanted) {
    return configurations()
        .filter(wanted)
        .flatMap(
            configuration ->
                reason(configuration)
                    .map(
                        text ->
                            "component "
                                + configuration.description.name
                                + " of bundle "
                                + configuration.description.bundle.symbolicName
                                + " "
                                + text)
                    .stream())
        .toList();
  }

  private Stream<ComponentConfigurationDTO> configurations() {
    ServiceReference<ServiceComponentRuntime> reference =
        context.getServiceReference(ServiceComponentRuntime.class);
    if (reference == null) {
      throw new UnavailableException("no component runtime (org.apache.felix.scr) is running");
    }
    ServiceComponentRuntime runtime = context.getService(reference);
    try {
      List<ComponentConfigurationDTO> all = new ArrayList<>();
      for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
        all.addAll(runtime.getComponentConfigurationDTOs(description));
      }
      return all.stream();
    } finally {
      context.ungetService(reference);
    }
  }

  private static Optional<String> reason(ComponentConfigurationDTO configuration) {
    return switch (configuration.state) {
      case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
          Optional.of(
              "waits for "
                  + Arrays.stream(configuration.unsatisfiedReferences)
                      .map(missing -> missingReference(configuration, missing))
                      .collect(Collectors.joining(", ")));
      case ComponentConfigurationDTO.FAILED_ACTIVATION ->
          Optional.of("failed: " + firstLine(configuration));
      default -> Optional.empty();
    };
  }

  /** SCR gives the whole stack trace. */
  private static String firstLine(ComponentConfigurationDTO configuration) {
    return configuration.failure.lines().findFirst().orElse("");
  }

  private static String missingReference(
      ComponentConfigurationDTO configuration, UnsatisfiedReferenceDTO missing) {
    String type =
        Arrays.stream(configuration.description.references)
            .filter(reference -> reference.name.equals(missing.name))
            .map(reference -> reference.interfaceName)
            .findFirst()
            .orElse(missing.name);
    return type + (missing.target == null ? "" : " " + missing.target);
  }
}

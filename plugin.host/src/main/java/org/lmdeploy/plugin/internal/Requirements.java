package org.lmdeploy.plugin.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Says in words what a bundle requires and nobody provides. */
record Requirements(BundleContext context) {
  private static final Pattern LEAST = Pattern.compile("(?<!!)\\((?:bundle-)?version>=([^)]+)\\)");
  private static final Pattern BELOW = Pattern.compile("\\(!\\((?:bundle-)?version>=([^)]+)\\)\\)");
  private static final Pattern EXACT = Pattern.compile("\\(version=([^)]+)\\)");

  /** One phrase for each requirement that no resolved bundle meets; empty if there is none. */
  List<String> missing(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    List<String> missing = new ArrayList<>();
    for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
      if (isMandatory(requirement)) {
        List<BundleRevision> providers =
            wiring().findProviders(requirement).stream()
                .map(capability -> capability.getRevision())
                .toList();
        if (providers.isEmpty()) {
          missing.add(describe(requirement) + there(requirement));
        } else if (!providers.contains(revision)
            && providers.stream().allMatch(Requirements::unresolved)) {
          missing.add(
              describe(requirement)
                  + ", which only "
                  + providers.stream()
                      .map(BundleRevision::getSymbolicName)
                      .distinct()
                      .collect(Collectors.joining(", "))
                  + " has, itself not resolved");
        }
      }
    }
    return missing;
  }

  private static boolean unresolved(BundleRevision provider) {
    return provider.getWiring() == null;
  }

  private static boolean isMandatory(BundleRequirement requirement) {
    String resolution = directive(requirement, Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
    String effective = directive(requirement, Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
    return !Namespace.RESOLUTION_OPTIONAL.equals(resolution)
        && !PackageNamespace.RESOLUTION_DYNAMIC.equals(resolution)
        && (effective == null || Namespace.EFFECTIVE_RESOLVE.equals(effective));
  }

  private static String describe(BundleRequirement requirement) {
    String filter =
        Objects.toString(directive(requirement, Namespace.REQUIREMENT_FILTER_DIRECTIVE), "");
    String namespace = requirement.getNamespace();
    String name = named(requirement).orElse(filter);
    return switch (namespace) {
      case PackageNamespace.PACKAGE_NAMESPACE -> "the package " + name + versions(filter);
      case ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE ->
          "Java " + value(filter, EXACT).orElse(filter);
      case "osgi.wiring.bundle", IdentityNamespace.IDENTITY_NAMESPACE ->
          "the bundle " + name + versions(filter);
      default -> "the capability " + namespace + " " + filter;
    };
  }

  /** What there is under the same name, since a wrong version is the common case. */
  private String there(BundleRequirement requirement) {
    String namespace = requirement.getNamespace();
    if (namespace.equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      return ", and this is Java " + Runtime.version().feature();
    }
    String name = named(requirement).orElse(null);
    List<Object> versions =
        Arrays.stream(context.getBundles())
            .map(bundle -> bundle.adapt(BundleRevision.class))
            .filter(Objects::nonNull)
            .filter(revision -> revision.getBundle() != requirement.getRevision().getBundle())
            .flatMap(revision -> revision.getDeclaredCapabilities(namespace).stream())
            .map(BundleCapability::getAttributes)
            .filter(attributes -> name != null && name.equals(attributes.get(namespace)))
            .map(attributes -> attributes.get(Constants.VERSION_ATTRIBUTE))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return versions.isEmpty()
        ? ", which no bundle provides"
        : "; there is "
            + versions.stream().map(Object::toString).collect(Collectors.joining(" and "));
  }

  private static Optional<String> named(BundleRequirement requirement) {
    String filter = directive(requirement, Namespace.REQUIREMENT_FILTER_DIRECTIVE);
    return filter == null
        ? Optional.empty()
        : value(
            filter,
            Pattern.compile("\\(" + Pattern.quote(requirement.getNamespace()) + "=([^)*]+)\\)"));
  }

  private static String versions(String filter) {
    String least = value(filter, LEAST).map(version -> " from version " + version).orElse("");
    return least + value(filter, BELOW).map(version -> " to below " + version).orElse("");
  }

  private static Optional<String> value(String filter, Pattern pattern) {
    Matcher matcher = pattern.matcher(filter);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String directive(BundleRequirement requirement, String name) {
    return requirement.getDirectives().get(name);
  }

  private FrameworkWiring wiring() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }
}

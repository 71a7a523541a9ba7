package org.lmdeploy.shell;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.shell.report.Diagnosis;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The services behind the commands, looked up when a command needs them: what is missing is told,
 * with the reason.
 */
public final class Platform {
  /** Components come up with their bundles; what is missing after this time is missing for good. */
  private static final long PATIENCE_MILLIS = 10_000;

  private final BundleContext context;

  public Platform(BundleContext context) {
    this.context = context;
  }

  /** The bundles and services of this process. */
  public BundleContext context() {
    return context;
  }

  /**
   * The service that loads models.
   *
   * @throws UnavailableException if there is none; the message says what it lacks
   */
  public ModelManager models() {
    return require(ModelManager.class);
  }

  /** What keeps bundles and components from running. */
  public Diagnosis diagnosis() {
    return new Diagnosis(context);
  }

  /**
   * A service that this distribution must have.
   *
   * @throws UnavailableException if there is none; the message says what is wrong
   */
  public <T> T require(Class<T> type) {
    Optional<T> present = find(type);
    return present.isPresent() ? present.get() : await(type);
  }

  /** A service that may be there. */
  public <T> Optional<T> find(Class<T> type) {
    ServiceReference<T> reference = context.getServiceReference(type);
    return reference == null
        ? Optional.empty()
        : Optional.ofNullable(context.getService(reference));
  }

  /** All services of a kind. */
  public <T> List<T> all(Class<T> type) {
    try {
      return context.getServiceReferences(type, null).stream()
          .map(context::getService)
          .filter(Objects::nonNull)
          .toList();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter cannot be wrong", e);
    }
  }

  private <T> T await(Class<T> type) {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
    tracker.open();
    try {
      T service = tracker.waitForService(PATIENCE_MILLIS);
      if (service == null) {
        throw new UnavailableException(
            "The service " + type.getName() + " is not running." + diagnosis().asText());
      }
      return service;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "interrupted while waiting for the service " + type.getName(), e);
    } finally {
      tracker.close();
    }
  }
}

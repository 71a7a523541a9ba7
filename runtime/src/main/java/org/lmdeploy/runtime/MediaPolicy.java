package org.lmdeploy.runtime;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * What images a request may bring.
 *
 * @param allowedDomains hosts that may be asked although their addresses are not public; no other
 *     host is asked at all once this is not empty
 * @param timeout longest time to fetch an image
 * @param maxBytes largest image file
 * @param maxPixels most pixels of an image
 */
public record MediaPolicy(
    Set<String> allowedDomains, Duration timeout, long maxBytes, long maxPixels) {
  /** Public addresses only, 10 seconds, 64 MiB, 64 million pixels. */
  public static final MediaPolicy DEFAULT =
      new MediaPolicy(Set.of(), Duration.ofSeconds(10), 64L << 20, 64_000_000L);

  /** Copies the set. */
  public MediaPolicy {
    allowedDomains = Set.copyOf(allowedDomains);
    Objects.requireNonNull(timeout, "timeout");
  }

  /** The same with hosts that are allowed. */
  public MediaPolicy withAllowedDomains(Set<String> domains) {
    return new MediaPolicy(domains, timeout, maxBytes, maxPixels);
  }
}

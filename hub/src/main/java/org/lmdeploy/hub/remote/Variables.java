package org.lmdeploy.hub.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * Environment variables, each checked when it is read. An empty one counts as absent.
 *
 * @param environment the variables
 * @param home the user's folder
 */
record Variables(Map<String, String> environment, Path home) {
  private static final Set<String> TRUE = Set.of("1", "true", "yes", "on");
  private static final Set<String> FALSE = Set.of("0", "false", "no", "off");

  /** The first of some variables that is set. */
  Optional<String> text(String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.strip());
      }
    }
    return Optional.empty();
  }

  /** Whether any of some switches is on. */
  boolean flag(String... names) {
    boolean on = false;
    for (String name : names) {
      String value = text(name).orElse("0").toLowerCase(Locale.ROOT);
      if (!TRUE.contains(value) && !FALSE.contains(value)) {
        throw new InvalidRequestException(name, name + " is '" + value + "'; use 1 or 0");
      }
      on |= TRUE.contains(value);
    }
    return on;
  }

  /** The folder that the first of some variables names; {@code ~} is the user's folder. */
  Optional<Path> folder(String... names) {
    return text(names).map(this::expand).map(path -> path.toAbsolutePath().normalize());
  }

  private Path expand(String path) {
    return path.equals("~") || path.startsWith("~/")
        ? home.resolve(path.substring(Math.min(2, path.length())))
        : Path.of(path);
  }

  /** A time in whole seconds. */
  Duration seconds(String name, int otherwise) {
    String value = text(name).orElse(Integer.toString(otherwise));
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new InvalidRequestException(
          name, name + " is '" + value + "'; a whole number of seconds is needed");
    }
    return Duration.ofSeconds(Integer.parseInt(value));
  }

  /** The address of a hub, without a slash at its end. */
  URI address(String name, String otherwise) {
    String value = text(name).orElse(otherwise).replaceAll("/+$", "");
    try {
      URI uri = new URI(value);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (uri.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new InvalidRequestException(name, wrongAddress(name, value), e);
    }
    throw new InvalidRequestException(name, wrongAddress(name, value));
  }

  private static String wrongAddress(String name, String value) {
    return name + " is '" + value + "'; an address as https://huggingface.co is needed";
  }
}

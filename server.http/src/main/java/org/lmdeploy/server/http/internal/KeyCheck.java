package org.lmdeploy.server.http.internal;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Refuses requests without one of the server's keys. As in LMDeploy {@code /health} needs none, so
 * that a balancer can ask; neither do the page at {@code /}, the description of the routes and
 * their files, which tell nothing of what is served.
 */
final class KeyCheck implements Handler {
  private static final Set<String> OPEN = Set.of("/", "/health", "/openapi.json", "/docs");
  private static final String ANTHROPIC_HEADER = "x-api-key";
  private static final String SCHEME = "Bearer ";

  private final List<byte[]> digests;

  KeyCheck(List<String> keys) {
    digests = keys.stream().map(KeyCheck::digest).toList();
  }

  @Override
  public void handle(Context context) {
    if (digests.isEmpty() || isOpen(context.path())) {
      return;
    }
    Optional<String> key =
        key(context.header("Authorization"))
            .or(() -> Optional.ofNullable(context.header(ANTHROPIC_HEADER)));
    if (key.isEmpty()) {
      throw refusal(
          context, "no API key was given; send one as the header \"Authorization: Bearer KEY\"");
    }
    if (!isKnown(key.get())) {
      throw refusal(context, "the API key is wrong; it must be one that the server was given");
    }
  }

  private static boolean isOpen(String path) {
    return OPEN.contains(path) || path.startsWith("/docs/") || path.startsWith(PageRoutes.ASSETS);
  }

  private static Optional<String> key(String header) {
    return Optional.ofNullable(header)
        .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(value -> value.substring(SCHEME.length()).strip())
        .filter(value -> !value.isEmpty());
  }

  /** Takes the same time whatever the key has in common with a right one, and with which. */
  private boolean isKnown(String key) {
    byte[] given = digest(key);
    boolean known = false;
    for (byte[] digest : digests) {
      known |= MessageDigest.isEqual(digest, given);
    }
    return known;
  }

  /** All digests have one length, so that comparing them does not tell that of a key. */
  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static HttpProblem refusal(Context context, String message) {
    context.header("WWW-Authenticate", "Bearer");
    return new HttpProblem(HttpProblem.UNAUTHORIZED, "invalid_api_key", message);
  }
}

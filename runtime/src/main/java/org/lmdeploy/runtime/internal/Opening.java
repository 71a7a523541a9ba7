package org.lmdeploy.runtime.internal;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Things that were opened and have to be closed in reverse order: at once if opening goes wrong,
 * else when the model is closed.
 */
final class Opening implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Adds a resource that from now on closes an earlier one itself. */
  <T extends AutoCloseable> T replace(AutoCloseable earlier, T resource) {
    opened.remove(earlier);
    return add(resource);
  }

  /** Hands all resources over to the result; closing this afterwards does nothing. */
  Opening keep() {
    Opening kept = new Opening();
    kept.opened.addAll(opened);
    opened.clear();
    return kept;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("closing a model failed", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

package org.lmdeploy.server.http.answer;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids of answers and of their parts, by which a client may name them. */
public final class Ids {
  private Ids() {}

  /**
   * A new id.
   *
   * @param prefix what it begins with, for example {@code call_}
   */
  public static String next(String prefix) {
    HexFormat hex = HexFormat.of();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return prefix + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextInt());
  }
}

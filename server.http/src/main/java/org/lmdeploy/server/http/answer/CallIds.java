package org.lmdeploy.server.http.answer;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids by which a client's messages name the calls of an answer. */
public final class CallIds {
  private CallIds() {}

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

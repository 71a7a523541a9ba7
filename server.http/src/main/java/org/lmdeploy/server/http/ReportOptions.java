package org.lmdeploy.server.http;

import java.util.Objects;
import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * What a server tells of itself and of its work.
 *
 * @param metrics whether there is {@code /metrics}, and a line in the log while there is work
 * @param docs whether there are {@code /openapi.json} and {@code /docs}
 * @param maxLogLen how many characters of a prompt are logged with level INFO; empty for none
 */
public record ReportOptions(boolean metrics, boolean docs, OptionalInt maxLogLen) {
  /** Metrics and docs, and no prompts in the log. */
  public static final ReportOptions DEFAULT = new ReportOptions(true, true, OptionalInt.empty());

  /** Checks the range. */
  public ReportOptions {
    Objects.requireNonNull(maxLogLen, "maxLogLen");
    if (maxLogLen.orElse(0) < 0) {
      throw new InvalidRequestException(
          "max-log-len", "max-log-len is " + maxLogLen.getAsInt() + "; it must be at least 0");
    }
  }
}

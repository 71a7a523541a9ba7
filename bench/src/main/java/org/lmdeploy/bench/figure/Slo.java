package org.lmdeploy.bench.figure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * What a request must meet to count for goodput: longest times in milliseconds, as vLLM's {@code
 * --goodput ttft:200 tpot:20} gives them.
 *
 * @param ttft until the first token
 * @param tpot for a token after the first, on average
 * @param e2el until the last token
 */
public record Slo(OptionalDouble ttft, OptionalDouble tpot, OptionalDouble e2el) {
  private static final List<String> NAMES = List.of("ttft", "tpot", "e2el");

  /**
   * Reads objectives.
   *
   * @param objectives each {@code NAME:MILLISECONDS}
   * @throws InvalidRequestException if one is wrong
   */
  public static Slo parse(List<String> objectives) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String objective : objectives) {
      String[] parts = objective.split(":", -1);
      boolean valid =
          parts.length == 2
              && NAMES.contains(parts[0])
              && parts[1].matches("[0-9]+(\\.[0-9]+)?")
              && Double.parseDouble(parts[1]) > 0;
      if (!valid) {
        throw new InvalidRequestException(
            "goodput",
            "goodput has '" + objective + "'; NAME:MILLISECONDS is needed, NAME one of " + NAMES);
      }
      if (values.put(parts[0], Double.parseDouble(parts[1])) != null) {
        throw new InvalidRequestException("goodput", "goodput has " + parts[0] + " twice");
      }
    }
    return new Slo(of(values, "ttft"), of(values, "tpot"), of(values, "e2el"));
  }

  private static OptionalDouble of(Map<String, Double> values, String name) {
    Double value = values.get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Whether there is no objective. */
  public boolean isEmpty() {
    return toMap().isEmpty();
  }

  /** Whether an objective needs times of tokens, which answers that come whole do not have. */
  public boolean needsTokenTimes() {
    return ttft.isPresent() || tpot.isPresent();
  }

  /** Whether a request meets all objectives. */
  boolean isMet(Latencies request) {
    return meets(request.ttft(), ttft) && meets(request.tpot(), tpot) && meets(request.e2e(), e2el);
  }

  /** An answer of one token has no time for further ones and so keeps to it. */
  private static boolean meets(double value, OptionalDouble limit) {
    return limit.isEmpty() || Double.isNaN(value) || value <= limit.getAsDouble();
  }

  /** The objectives by their names. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    ttft.ifPresent(value -> map.put("ttft", value));
    tpot.ifPresent(value -> map.put("tpot", value));
    e2el.ifPresent(value -> map.put("e2el", value));
    return map;
  }

  @Override
  public String toString() {
    return toMap().entrySet().stream()
        .map(entry -> entry.getKey() + " <= " + entry.getValue() + " ms")
        .collect(Collectors.joining(", "));
  }
}

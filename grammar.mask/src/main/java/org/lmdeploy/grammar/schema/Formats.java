package org.lmdeploy.grammar.schema;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The formats of strings, each as a pattern of texts that have it for certain: dates are days that
 * exist, names of hosts have no exotic letters.
 */
final class Formats {
  private static final String YEAR = "[1-9][0-9]{3}";
  private static final String LEAP_YEAR =
      "(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:%s-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|%s-02-29)"
          .formatted(YEAR, LEAP_YEAR);
  private static final String TIME =
      "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,6})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])";
  private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** Two hyphens at the third place of a label would announce an encoding. */
  private static final String HOST_LABEL = "[a-z0-9](?:[a-z0-9]{0,15}(?:-[a-z0-9]{1,15})?)";

  private static final String HOST = HOST_LABEL + "(?:\\." + HOST_LABEL + "){0,4}";
  private static final String DOMAIN = HOST_LABEL + "(?:\\." + HOST_LABEL + "){0,3}\\.[a-z]{2,10}";
  private static final String PATH_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";
  private static final String PATH = "(?:/" + PATH_CHARACTER + "*)*";
  private static final String QUERY =
      "(?:\\?(?:" + PATH_CHARACTER + "|[/?])*)?(?:#(?:" + PATH_CHARACTER + "|[/?])*)?";
  private static final String URI = "https?://" + DOMAIN + "(?::[1-9][0-9]{0,3})?" + PATH + QUERY;

  private static final Map<String, String> PATTERNS = new TreeMap<>();

  static {
    PATTERNS.put("date", DATE);
    PATTERNS.put("time", TIME);
    PATTERNS.put("date-time", DATE + "T" + TIME);
    PATTERNS.put(
        "duration",
        "P(?:[0-9]{1,4}W|(?:[0-9]{1,4}Y(?:[0-9]{1,4}M(?:[0-9]{1,4}D)?)?|[0-9]{1,4}M(?:[0-9]{1,4}D)?|[0-9]{1,4}D)(?:T(?:[0-9]{1,4}H(?:[0-9]{1,4}M(?:[0-9]{1,4}S)?)?|[0-9]{1,4}M(?:[0-9]{1,4}S)?|[0-9]{1,4}S))?|T(?:[0-9]{1,4}H(?:[0-9]{1,4}M(?:[0-9]{1,4}S)?)?|[0-9]{1,4}M(?:[0-9]{1,4}S)?|[0-9]{1,4}S))");
    PATTERNS.put("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    PATTERNS.put("email", "[A-Za-z0-9_+-]{1,32}(?:\\.[A-Za-z0-9_+-]{1,15}){0,2}@" + DOMAIN);
    PATTERNS.put("hostname", HOST);
    PATTERNS.put("ipv4", BYTE + "(?:\\." + BYTE + "){3}");
    PATTERNS.put(
        "ipv6",
        "[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?::(?:[0-9a-f]{1,4})?");
    PATTERNS.put("uri", URI);
    PATTERNS.put("uri-reference", URI + "|" + "(?:/" + PATH_CHARACTER + "+)+" + QUERY);
    PATTERNS.put("json-pointer", "(?:/(?:[^/~\\x00-\\x1f]|~[01])*)*");
    PATTERNS.put("regex", "[A-Za-z0-9 _-]*");
  }

  private Formats() {}

  static Optional<String> pattern(String name) {
    return Optional.ofNullable(PATTERNS.get(name));
  }

  static TreeSet<String> names() {
    return new TreeSet<>(PATTERNS.keySet());
  }
}

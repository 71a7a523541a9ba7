package org.lmdeploy.server.http.json;

import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.databind.JsonNode;

/** Errors about a field: what it is, and what would be right. */
public final class Problems {
  private static final int SHOWN = 60;

  private Problems() {}

  /** A field of a wrong type or range. */
  public static InvalidRequestException wrong(String name, JsonNode value, String right) {
    String where = name.isEmpty() ? "the body" : name;
    return new InvalidRequestException(
        name.isEmpty() ? null : name, where + " is " + shown(value) + "; it must be " + right);
  }

  /** A field that must be there. */
  public static InvalidRequestException missing(String name, String right) {
    return new InvalidRequestException(name, name + " is missing; it must be " + right);
  }

  /** A list that is too long. */
  public static InvalidRequestException tooMany(String name, int items, int most) {
    return new InvalidRequestException(
        name, name + " has " + items + " items; it may have at most " + most);
  }

  /** A value, or its beginning, for a message. */
  public static String shown(JsonNode value) {
    // a container is not printed: turning megabytes into text only to cut them off is work for
    // nothing
    return switch (value.getNodeType()) {
      case ARRAY -> value.isEmpty() ? "an empty list" : "a list";
      case OBJECT -> value.isEmpty() ? "an empty object" : "an object";
      case STRING -> '"' + shown(value.stringValue()) + '"';
      default -> shown(value.toString());
    };
  }

  /** A text, or its beginning, for a message. */
  public static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}

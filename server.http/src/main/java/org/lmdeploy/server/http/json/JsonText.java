package org.lmdeploy.server.http.json;

import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** JSON that stands as text in a field. */
public final class JsonText {
  private JsonText() {}

  /**
   * The object that a text is.
   *
   * @param name the field, for the error
   * @throws InvalidRequestException if the text is no JSON object
   */
  public static JsonNode object(String name, String text) {
    try {
      JsonNode node = JsonBody.mapper(text.length()).readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          name,
          name + " is no JSON: " + e.getOriginalMessage() + "; it must be the text of an object",
          e);
    }
    throw new InvalidRequestException(
        name, name + " is \"" + Problems.shown(text) + "\"; it must be the text of a JSON object");
  }
}

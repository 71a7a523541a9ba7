package org.lmdeploy.api.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A call of a tool by the assistant.
 *
 * @param id by which the tool's message names the call
 * @param function the function that was called
 * @param arguments a JSON object as maps, lists, texts, numbers, booleans and nulls
 */
public record ToolCall(String id, String function, Map<String, Object> arguments) {
  /** Copies the map, in its order. */
  public ToolCall {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(function, "function");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }
}

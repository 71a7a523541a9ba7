package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.chat.ToolCall;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonText;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** Reads the calls that an earlier answer made. */
public final class ToolCallReader {
  private ToolCallReader() {}

  static List<ToolCall> read(Fields message) {
    String name = message.name("tool_calls");
    List<ToolCall> calls = new ArrayList<>();
    Optional<JsonNode> node = message.value("tool_calls");
    if (node.isEmpty()) {
      return List.of();
    }
    for (JsonNode call : Values.list(name, node.get(), "a list of calls", Limits.TOOLS)) {
      calls.add(call(Fields.of(call, name + "[" + calls.size() + "]")));
    }
    return calls;
  }

  private static ToolCall call(Fields call) {
    String id = required(call, "id");
    ToolFields.requireFunction(call);
    call.integer("index", 0, Integer.MAX_VALUE); // as it stands in streams
    Fields function =
        call.object("function")
            .orElseThrow(() -> Problems.missing(call.name("function"), "an object"));
    String name = required(function, "name");
    String arguments = required(function, "arguments");
    function.refuseUnknown();
    call.refuseUnknown();
    return new ToolCall(id, name, arguments(function.name("arguments"), arguments));
  }

  /**
   * Arguments that stand as text.
   *
   * @param name the field, for errors
   */
  @SuppressWarnings("unchecked") // an object becomes a map with texts as keys
  public static Map<String, Object> arguments(String name, String text) {
    return text.isBlank() // as some clients write that there are none
        ? Map.of()
        : (Map<String, Object>) Values.plain(JsonText.object(name, text));
  }

  private static String required(Fields fields, String field) {
    return fields.text(field).orElseThrow(() -> Problems.missing(fields.name(field), "a string"));
  }
}

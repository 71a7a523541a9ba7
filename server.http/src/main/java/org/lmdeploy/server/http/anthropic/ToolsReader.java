package org.lmdeploy.server.http.anthropic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.Tool;
import org.lmdeploy.server.http.openai.ToolChoice;
import org.lmdeploy.server.http.openai.ToolUse;
import tools.jackson.databind.JsonNode;

/** Reads {@code tools} and {@code tool_choice}. */
final class ToolsReader {
  private static final int MOST = 1024;
  private static final String CHOICES = "\"auto\", \"any\", \"tool\" or \"none\"";

  private ToolsReader() {}

  static Optional<ToolUse> read(Fields body, ServedModel model) {
    List<Tool> tools = new ArrayList<>();
    String name = body.name("tools");
    Optional<JsonNode> list = body.value("tools");
    if (list.isPresent()) {
      for (JsonNode tool : Values.list(name, list.get(), "a list of tools", MOST)) {
        tools.add(tool(Fields.of(tool, name + "[" + tools.size() + "]")));
      }
    }
    Optional<Fields> choice = body.object("tool_choice");
    boolean several =
        choice.map(fields -> !fields.flag("disable_parallel_tool_use", false)).orElse(true);
    ToolChoice read = choice.map(ToolsReader::choice).orElse(ToolChoice.AUTO);
    choice.ifPresent(Fields::refuseUnknown);
    return ToolUse.of(tools, read, several, model);
  }

  private static ToolChoice choice(Fields choice) {
    String type = Required.text(choice, "type", CHOICES);
    return switch (type) {
      case "auto" -> ToolChoice.AUTO;
      case "any" -> ToolChoice.REQUIRED;
      case "none" -> ToolChoice.NONE;
      case "tool" ->
          new ToolChoice(
              true, Optional.of(Set.of(Required.text(choice, "name", "the name of a tool"))));
      default ->
          throw new InvalidRequestException(
              choice.name("type"),
              choice.name("type") + " is \"" + Problems.shown(type) + "\"; it must be " + CHOICES);
    };
  }

  private static Tool tool(Fields tool) {
    tool.acceptLabels(BlockReader.LABELS);
    tool.text("type")
        .filter(type -> !type.equals("custom"))
        .ifPresent(
            type -> {
              throw new UnsupportedFeatureException(
                  tool.name("type"),
                  tool.name("type")
                      + " is \""
                      + Problems.shown(type)
                      + "\"; only tools that the client runs are supported");
            });
    String name = Required.text(tool, "name", "a tool's name");
    Optional<String> description = tool.text("description");
    JsonNode schema = Required.value(tool, "input_schema", "a JSON Schema");
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", name);
    description.ifPresent(text -> function.put("description", text));
    function.put("parameters", Values.plain(schema));
    Tool read = Tool.of(tool, name, function, "input_schema");
    tool.refuseUnknown();
    return read;
  }
}

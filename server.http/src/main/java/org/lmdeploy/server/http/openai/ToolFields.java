package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** The fields {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class ToolFields {
  private static final String CHOICES =
      "\"none\", \"auto\", \"required\", an object of the type \"function\" or one of the type"
          + " \"allowed_tools\"";

  private ToolFields() {}

  /** What a request says of tools; empty if the model is not to call any. */
  static Optional<ToolUse> read(Fields body, ServedModel model) {
    List<Tool> tools = tools(body);
    boolean several = body.flag("parallel_tool_calls", true);
    ToolChoice choice = choice(body);
    return ToolUse.of(tools, choice, several, model);
  }

  private static List<Tool> tools(Fields body) {
    Optional<JsonNode> node = body.value("tools");
    if (node.isEmpty()) {
      return List.of();
    }
    String name = body.name("tools");
    JsonNode list = Values.list(name, node.get(), "a list of tools", Limits.TOOLS);
    List<Tool> tools = new ArrayList<>();
    for (JsonNode each : list) {
      tools.add(tool(Fields.of(each, name + "[" + tools.size() + "]"), each));
    }
    return tools;
  }

  private static Tool tool(Fields tool, JsonNode node) {
    requireFunction(tool);
    Fields function =
        tool.object("function")
            .orElseThrow(() -> Problems.missing(tool.name("function"), "an object"));
    tool.refuseUnknown();
    Tool read = Tool.read(function, node.get("function"));
    function.refuseUnknown();
    return read;
  }

  /** Checks the field {@code type}, which knows one value. */
  static void requireFunction(Fields fields) {
    JsonNode type =
        fields
            .value("type")
            .orElseThrow(() -> Problems.missing(fields.name("type"), "\"function\""));
    if (!Values.text(fields.name("type"), type).equals("function")) {
      throw UnbuiltFields.unsupported(fields.name("type"), type);
    }
  }

  private static ToolChoice choice(Fields body) {
    Optional<JsonNode> node = body.value("tool_choice");
    if (node.isEmpty()) {
      return ToolChoice.AUTO;
    }
    String name = body.name("tool_choice");
    if (node.get().isString()) {
      return switch (node.get().stringValue()) {
        case "none" -> ToolChoice.NONE;
        case "auto" -> ToolChoice.AUTO;
        case "required" -> ToolChoice.REQUIRED;
        default -> throw Problems.wrong(name, node.get(), CHOICES);
      };
    }
    if (!node.get().isObject()) {
      throw Problems.wrong(name, node.get(), CHOICES);
    }
    Fields choice = Fields.of(node.get(), name);
    String type =
        choice.text("type").orElseThrow(() -> Problems.missing(choice.name("type"), CHOICES));
    ToolChoice read =
        switch (type) {
          case "function" -> new ToolChoice(true, Optional.of(Set.of(functionName(choice))));
          case "allowed_tools" -> allowed(object(choice, "allowed_tools"));
          default -> throw Problems.wrong(choice.name("type"), node.get().get("type"), CHOICES);
        };
    choice.refuseUnknown();
    return read;
  }

  private static ToolChoice allowed(Fields allowed) {
    String mode =
        allowed
            .text("mode")
            .orElseThrow(() -> Problems.missing(allowed.name("mode"), "\"auto\" or \"required\""));
    boolean required =
        switch (mode) {
          case "auto" -> false;
          case "required" -> true;
          default ->
              throw new InvalidRequestException(
                  allowed.name("mode"),
                  allowed.name("mode")
                      + " is \""
                      + Problems.shown(mode)
                      + "\"; it must be \"auto\" or \"required\"");
        };
    String name = allowed.name("tools");
    JsonNode tools =
        allowed.value("tools").orElseThrow(() -> Problems.missing(name, "a list of functions"));
    Set<String> names = new HashSet<>();
    for (JsonNode tool : Values.list(name, tools, "a list of functions", Limits.TOOLS)) {
      Fields fields = Fields.of(tool, name + "[" + names.size() + "]");
      requireFunction(fields);
      names.add(functionName(fields));
      fields.refuseUnknown();
    }
    allowed.refuseUnknown();
    return new ToolChoice(required, Optional.of(names));
  }

  private static String functionName(Fields fields) {
    Fields function = object(fields, "function");
    String name =
        function
            .text("name")
            .orElseThrow(() -> Problems.missing(function.name("name"), "the name of a tool"));
    function.refuseUnknown();
    return name;
  }

  private static Fields object(Fields fields, String field) {
    return fields
        .object(field)
        .orElseThrow(() -> Problems.missing(fields.name(field), "an object"));
  }
}

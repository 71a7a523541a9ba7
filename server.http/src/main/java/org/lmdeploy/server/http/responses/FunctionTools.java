package org.lmdeploy.server.http.responses;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

/** Reads {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}. */
final class FunctionTools {
  private static final int MOST = 1024;
  private static final String CHOICES =
      "\"none\", \"auto\", \"required\", or an object of the type \"function\" or"
          + " \"allowed_tools\"";

  private FunctionTools() {}

  static Optional<ToolUse> read(Fields body, ServedModel model) {
    List<Tool> tools = new ArrayList<>();
    String name = body.name("tools");
    Optional<JsonNode> list = body.value("tools");
    if (list.isPresent()) {
      for (JsonNode tool : Values.list(name, list.get(), "a list of tools", MOST)) {
        Fields fields = Fields.of(tool, name + "[" + tools.size() + "]");
        requireFunction(fields);
        tools.add(Tool.read(fields, tool));
        fields.refuseUnknown();
      }
    }
    boolean several = body.flag("parallel_tool_calls", true);
    return ToolUse.of(tools, choice(body), several, model);
  }

  private static void requireFunction(Fields tool) {
    String type =
        tool.text("type").orElseThrow(() -> Problems.missing(tool.name("type"), "\"function\""));
    if (!type.equals("function")) {
      throw new UnsupportedFeatureException(
          tool.name("type"),
          tool.name("type")
              + " is \""
              + Problems.shown(type)
              + "\"; only functions that the client runs are supported");
    }
  }

  private static ToolChoice choice(Fields body) {
    String name = body.name("tool_choice");
    Optional<JsonNode> node = body.value("tool_choice");
    if (node.isEmpty()) {
      return ToolChoice.AUTO;
    }
    if (node.get().isString()) {
      return mode(name, node.get());
    }
    if (!node.get().isObject()) {
      throw Problems.wrong(name, node.get(), CHOICES);
    }
    Fields choice = Fields.of(node.get(), name);
    ToolChoice read =
        switch (choice.text("type").orElse("")) {
          case "function" -> new ToolChoice(true, Optional.of(Set.of(functionName(choice))));
          case "allowed_tools" -> allowed(choice);
          default ->
              throw new InvalidRequestException(
                  choice.name("type"), choice.name("type") + ": tool_choice must be " + CHOICES);
        };
    choice.refuseUnknown();
    return read;
  }

  private static ToolChoice mode(String name, JsonNode mode) {
    return switch (mode.stringValue("")) {
      case "none" -> ToolChoice.NONE;
      case "auto" -> ToolChoice.AUTO;
      case "required" -> ToolChoice.REQUIRED;
      default -> throw Problems.wrong(name, mode, CHOICES);
    };
  }

  private static ToolChoice allowed(Fields choice) {
    String mode = choice.name("mode");
    boolean required =
        mode(mode, choice.value("mode").orElseThrow(() -> Problems.missing(mode, CHOICES)))
            .required();
    String name = choice.name("tools");
    JsonNode tools =
        choice.value("tools").orElseThrow(() -> Problems.missing(name, "a list of functions"));
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode tool : Values.list(name, tools, "a list of functions", MOST)) {
      Fields fields = Fields.of(tool, name + "[" + i++ + "]");
      requireFunction(fields);
      names.add(functionName(fields));
      fields.refuseUnknown();
    }
    return new ToolChoice(required, Optional.of(names));
  }

  private static String functionName(Fields fields) {
    return fields
        .text("name")
        .orElseThrow(() -> Problems.missing(fields.name("name"), "the name of a function"));
  }
}

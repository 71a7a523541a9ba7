package org.lmdeploy.shell.scaffold;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidRequestException;

/** What a plugin may be, and what a project for one consists of. */
public enum PluginKind {
  TEMPLATE(
      "chat template",
      List.of("engine.api"),
      List.of("Template"),
      List.of("TemplateTest"),
      "`lmdeploy list` names it, `--chat-template @name@` chooses it."),
  FAMILY(
      "model family",
      List.of("engine.api"),
      List.of("Family", "Config", "Blueprint", "Decoder", "Layer"),
      List.of("ConfigTest"),
      "Models whose config.json says `\"architectures\": [\"@Name@ForCausalLM\"]` are opened by it;"
          + " `lmdeploy:why MODEL` tells."),
  TOKENIZER(
      "tokenizer",
      List.of("engine.api"),
      List.of("Provider", "Tokenizer"),
      List.of("TokenizerTest"),
      "Models whose tokenizer_config.json says `\"tokenizer_class\": \"ByT5Tokenizer\"` are opened"
          + " with it; `lmdeploy:why MODEL` tells."),
  QUANTIZER(
      "quantizer",
      List.of("engine.api"),
      List.of("Quantizer", "Weights"),
      List.of("WeightsTest"),
      "Models whose config.json says `\"quantization_config\": {\"quant_method\": \"@name@\"}` are"
          + " read by it, and `--model-format @name@` asks for it."),
  PARSER(
      "parser of tool calls",
      List.of("engine.api"),
      List.of("Parser", "Reader"),
      List.of("ParserTest"),
      "`--tool-call-parser @name@` chooses it; `lmdeploy:why MODEL` tells."),
  COMMAND(
      "command",
      List.of("engine.api", "runtime"),
      List.of("Command"),
      List.of("CommandTest"),
      "`lmdeploy:@function@ TEXT` in the Felix shell, `lmdeploy @function@ TEXT` on the command"
          + " line."),
  ENGINE(
      "engine",
      List.of("engine.api", "engine.core"),
      List.of("Engine", "Device"),
      List.of("EngineTest"),
      "`--backend @name@` chooses it."),
  DEVICE(
      "device",
      List.of("engine.api"),
      List.of("Provider", "Device"),
      List.of("DeviceTest"),
      "`--device @name@` chooses it.");

  private final String title;
  private final List<String> libraries;
  private final List<String> sources;
  private final List<String> tests;
  private final String use;

  PluginKind(
      String title, List<String> libraries, List<String> sources, List<String> tests, String use) {
    this.title = title;
    this.libraries = libraries;
    this.sources = sources;
    this.tests = tests;
    this.use = use;
  }

  /**
   * The kind of this name.
   *
   * @throws InvalidRequestException if there is none; the message lists them
   */
  public static PluginKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "kind", name + " is no kind of plugin; the kinds are " + names()));
  }

  private static String names() {
    return Arrays.stream(values()).map(PluginKind::id).collect(Collectors.joining(", "));
  }

  /** How a command names it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  /** Bundles of the distribution that it is compiled against. */
  List<String> libraries() {
    return libraries;
  }

  /** The classes, without the project's name before them. */
  List<String> sources() {
    return sources;
  }

  List<String> tests() {
    return tests;
  }

  /** How somebody comes to use it. */
  String use() {
    return use;
  }
}

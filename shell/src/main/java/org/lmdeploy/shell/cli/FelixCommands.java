package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.stream.Stream;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.chat.Conversation;
import org.lmdeploy.shell.report.Devices;
import org.lmdeploy.shell.report.Environment;
import org.lmdeploy.shell.report.Load;
import org.lmdeploy.shell.report.Models;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The commands of the Felix shell as picocli reads them: flags as on the command line, a help text
 * with an example each. Every command gives its output as text.
 */
@Command(name = "lmdeploy", subcommands = FelixBench.class)
final class FelixCommands {
  private static final String NAME = "The name it is served under; lmdeploy:models lists them.";

  private final Platform platform;

  FelixCommands(Platform platform) {
    this.platform = platform;
  }

  @Command(
      description = "The loaded models.",
      footer = "%nExample: lmdeploy:models | grep internvl")
  String models(@Mixin HelpFlag help) {
    return text(Models.table(platform.models()));
  }

  @Command(
      description = "Load a model, and tell what was chosen for it.",
      footer =
          "%nExample: lmdeploy:load /models/InternVL2-8B --model-name internvl --session-len 8192")
  String load(@Mixin HelpFlag help, @Mixin EngineFlags engine) {
    ModelManager manager = platform.models();
    ServedModel model = manager.load(engine.toLoadOptions(manager), stage -> {});
    return "loaded " + model.name() + System.lineSeparator() + text(model.why());
  }

  @Command(
      description = "Withdraw a model: its running requests finish, then its memory is freed.",
      footer = "%nExample: lmdeploy:unload internvl")
  String unload(
      @Mixin HelpFlag help, @Parameters(paramLabel = "NAME", description = NAME) String name) {
    platform.models().unload(name);
    return "unloaded " + name;
  }

  @Command(
      description = "What was chosen for a loaded model and by what evidence; its memory plan.",
      footer = "%nExample: lmdeploy:why internvl")
  String why(
      @Mixin HelpFlag help, @Parameters(paramLabel = "NAME", description = NAME) String name) {
    return text(platform.models().model(name).why());
  }

  @Command(
      description =
          "Running and waiting requests, use of the KV cache, and tokens per second over a time.",
      footer = "%nExample: lmdeploy:stats --seconds 10")
  String stats(
      @Mixin HelpFlag help,
      @Option(
              names = "--seconds",
              paramLabel = "S",
              defaultValue = "1",
              description = "How long tokens are counted (default: ${DEFAULT-VALUE}).")
          double seconds)
      throws InterruptedException {
    return text(Load.measure(platform.models(), seconds));
  }

  @Command(
      description =
          "Counts of the loaded models since they were loaded, and whatever does not run.",
      footer = "%nExample: lmdeploy:status")
  String status(@Mixin HelpFlag help) {
    return text(Models.status(platform.models(), platform.diagnosis()));
  }

  @Command(
      description = "Ask a loaded model once.",
      footer = "%nExample: lmdeploy:chat --image scene.png 'Describe this image.'")
  String chat(
      @Mixin HelpFlag help,
      @Mixin ModelFlag model,
      @Mixin SamplingFlags sampling,
      @Option(names = "--image", paramLabel = "FILE", description = "An image to ask about.")
          List<String> images,
      @Parameters(arity = "1..*", paramLabel = "TEXT", description = "What to ask.")
          List<String> words)
      throws InterruptedException {
    GenerationConfig config = sampling.toConfig();
    Conversation conversation = new Conversation(model.of(platform.models()), config);
    if (images != null) {
      images.forEach(conversation::addImage);
    }
    StringBuilder answer = new StringBuilder();
    conversation.say(String.join(" ", words), answer::append);
    return answer.toString();
  }

  @Command(
      aliases = "list",
      description = "The names of the chat templates; --chat-template of load takes one.",
      footer = "%nExample: lmdeploy:templates | grep internvl")
  String templates(@Mixin HelpFlag help) {
    return text(platform.models().templates());
  }

  @Command(
      description = "The engines; --backend of load takes one.",
      footer = "%nExample: lmdeploy:engines")
  String engines(@Mixin HelpFlag help) {
    return text(components("engine "));
  }

  @Command(
      description = "The devices with their memory; those that cannot be used, with the reason.",
      footer = "%nExample: lmdeploy:devices")
  String devices(@Mixin HelpFlag help) {
    return text(Devices.lines(platform.models()));
  }

  @Command(
      name = "check_env",
      description = "The machine, the virtual machine, devices, bundles and versions.",
      footer = "%nExample: lmdeploy:check_env")
  String checkEnv(@Mixin HelpFlag help) {
    return Environment.of(platform).asText().stripTrailing();
  }

  private List<String> components(String kind) {
    Stream<String> lines = platform.models().components().stream();
    return lines.filter(line -> line.startsWith(kind)).toList();
  }

  static String text(List<String> lines) {
    return String.join(System.lineSeparator(), lines);
  }
}

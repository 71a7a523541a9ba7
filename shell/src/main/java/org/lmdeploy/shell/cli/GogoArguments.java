package org.lmdeploy.shell.cli;

import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.shell.chat.Conversation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The commands of the Felix shell that take flags: the same flags as on the command line. */
public final class GogoArguments {
  private GogoArguments() {}

  /** Loads a model and tells what was chosen for it, or shows the flags. */
  public static String load(String[] arguments, ModelManager manager) {
    LoadArguments parsed = new LoadArguments();
    CommandLine line = new CommandLine(parsed);
    if (parse(line, arguments)) {
      return line.getUsageMessage();
    }
    LoadOptions options = parsed.engine.toLoadOptions(manager);
    ServedModel model = manager.load(options, stage -> {});
    return "loaded "
        + model.name()
        + System.lineSeparator()
        + String.join(System.lineSeparator(), model.why());
  }

  /** Asks a model once and gives its answer, or shows the flags. */
  public static String chat(String[] arguments, ModelManager manager) throws InterruptedException {
    ChatArguments parsed = new ChatArguments();
    CommandLine line = new CommandLine(parsed);
    if (parse(line, arguments)) {
      return line.getUsageMessage();
    }
    Conversation conversation = new Conversation(parsed.model(manager), parsed.sampling.toConfig());
    parsed.images.forEach(conversation::addImage);
    StringBuilder answer = new StringBuilder();
    conversation.say(String.join(" ", parsed.words), answer::append);
    return answer.toString();
  }

  /** Whether help was asked for. */
  private static boolean parse(CommandLine line, String... arguments) {
    try {
      return line.parseArgs(FlagNames.normalize(arguments)).isUsageHelpRequested();
    } catch (ParameterException e) {
      throw new InvalidRequestException("arguments", NotBuilt.explain(e));
    }
  }

  @Command(name = "lmdeploy:load", description = "Loads a model.")
  private static final class LoadArguments {
    @Mixin private HelpFlag help;
    @Mixin private EngineFlags engine;
  }

  @Command(name = "lmdeploy:chat", description = "Asks a loaded model once.")
  private static final class ChatArguments {
    @Mixin private HelpFlag help;
    @Mixin private SamplingFlags sampling;

    @Option(names = "--model", paramLabel = "NAME", description = "Which (default: the only one).")
    private String model;

    @Option(names = "--image", paramLabel = "FILE", description = "An image to ask about.")
    private List<String> images = List.of();

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "What to ask.")
    private List<String> words;

    private ServedModel model(ModelManager manager) {
      if (model != null) {
        return manager.model(model);
      }
      List<ServedModel> models = manager.models();
      if (models.size() != 1) {
        throw new InvalidRequestException(
            "model",
            models.isEmpty()
                ? "No model is loaded; load one with lmdeploy:load."
                : "Several models are loaded; say which with --model NAME.");
      }
      return models.getFirst();
    }
  }
}

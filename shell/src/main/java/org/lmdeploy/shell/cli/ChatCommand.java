package org.lmdeploy.shell.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.shell.Console;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import org.lmdeploy.shell.chat.Conversation;
import org.lmdeploy.shell.chat.Input;
import org.lmdeploy.shell.chat.PipedInput;
import org.lmdeploy.shell.chat.Repl;
import org.lmdeploy.shell.chat.TerminalInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lmdeploy chat [MODEL] [--image FILE]}. */
@Command(
    name = "chat",
    description = "Talk with a model; type /help there for its commands.",
    footer = "With a pipe on the standard input it answers what comes from there, and ends.")
final class ChatCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;
  @Mixin private EngineFlags engine;
  @Mixin private SamplingFlags sampling;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "An image for the first message; may be given several times.")
  private List<String> images = List.of();

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel = LogLevel.WARNING;

  ChatCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws Exception {
    logLevel.apply();
    ModelManager manager = platform.models();
    LoadOptions options = engine.toLoadOptions(manager);
    ServedModel model;
    try (Progress progress = Progress.onStandardError()) {
      model = manager.load(options, progress);
    }
    try {
      talk(model);
    } finally {
      manager.unload(model.name());
    }
    return 0;
  }

  private void talk(ServedModel model) throws InterruptedException {
    Conversation conversation = new Conversation(model, sampling.toConfig());
    images.forEach(conversation::addImage);
    boolean interactive = Console.isInteractive();
    if (interactive) {
      System.err.println("Talking with " + model.name() + ". /help lists the commands.");
    }
    try (Input input = input(interactive)) {
      new Repl(conversation, input, System.out, System.err, !interactive).run();
    }
  }

  /** A person's or a pipe's messages. */
  static Input input(boolean interactive) {
    return interactive ? terminal() : pipe();
  }

  private static Input terminal() {
    Path history = Path.of(System.getProperty("user.home"), ".lmdeploy", "chat_history");
    try {
      Files.createDirectories(history.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder of the history cannot be made", e);
    }
    return new TerminalInput(history, Repl.commands());
  }

  private static Input pipe() {
    return new PipedInput(
        new InputStreamReader(System.in, StandardCharsets.UTF_8), Repl::isCommand);
  }
}

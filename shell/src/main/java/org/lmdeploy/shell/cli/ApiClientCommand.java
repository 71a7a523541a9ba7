package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.shell.Console;
import org.lmdeploy.shell.chat.Input;
import org.lmdeploy.shell.chat.Repl;
import org.lmdeploy.shell.client.OpenAiServer;
import org.lmdeploy.shell.client.RemoteDialogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lmdeploy serve api_client URL}. */
@Command(
    name = "api_client",
    aliases = "api-client",
    description = "Talk with a model of a running server; type /help there for its commands.",
    footer = {
      "With a pipe on the standard input it answers what comes from there, and ends.",
      "Example: lmdeploy serve api_client http://127.0.0.1:23333"
    })
final class ApiClientCommand implements Callable<Integer> {
  @Mixin private HelpFlag help;
  @Mixin private SamplingFlags sampling;

  @Parameters(
      paramLabel = "URL",
      description = "The server's address, for example http://127.0.0.1:23333.")
  private String url;

  @Option(names = "--api-key", paramLabel = "KEY", description = "The key, if it wants one.")
  private String apiKey;

  @Option(
      names = "--session-id",
      paramLabel = "N",
      description =
          "LMDeploy's number of a conversation that the server keeps. This client keeps it itself,"
              + " so that a number changes nothing.")
  private Integer sessionId;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "Which of the server's models (default: the only one).")
  private String modelName;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "An image for the first message; may be given several times.")
  private List<String> images = List.of();

  @Override
  public Integer call() throws InterruptedException {
    if (sessionId != null) {
      System.err.println(
          "--session-id changes nothing: the conversation is kept here and sent with every"
              + " message.");
    }
    try (OpenAiServer server = new OpenAiServer(url, Optional.ofNullable(apiKey))) {
      String model = model(server);
      RemoteDialogue dialogue = new RemoteDialogue(server, model, sampling.toRequest());
      images.forEach(dialogue::addImage);
      boolean interactive = Console.isInteractive();
      if (interactive) {
        System.err.println(
            "Talking with " + model + " at " + server.url() + ". /help lists the commands.");
      }
      try (Input input = ChatCommand.input(interactive)) {
        new Repl(dialogue, input, System.out, System.err, !interactive).run();
      }
    }
    return 0;
  }

  private String model(OpenAiServer server) throws InterruptedException {
    List<String> models = server.models();
    if (modelName != null) {
      if (!models.contains(modelName)) {
        throw new ModelNotFoundException(
            server.url() + " has no model " + modelName + "; it has " + models);
      }
      return modelName;
    }
    if (models.isEmpty()) {
      throw new ModelNotFoundException(
          server.url() + " has no model; if it is just starting, try again in a while");
    }
    if (models.size() > 1) {
      throw new InvalidRequestException(
          "model-name",
          server.url() + " has the models " + models + "; say which with --model-name");
    }
    return models.getFirst();
  }
}

package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.client.OpenAiServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lmdeploy serve gradio MODEL_OR_URL}: LMDeploy's name for the web page. */
@Command(
    name = "gradio",
    description = {
      "Serve a model with its web page, and tell the page's address.",
      "The page is this server's own, at '/' (Gradio, which LMDeploy uses, is not needed). Where"
          + " MODEL is the address of a running server, that server's page is told."
    },
    footer = "Example: lmdeploy serve gradio /models/InternVL2-8B --server-port 6006")
final class GradioCommand implements Callable<Integer> {
  private static final int PORT = 6006;

  private final Platform platform;

  @Mixin private HelpFlag help;
  @Mixin private EngineFlags engine;
  @Mixin private RemoteShellFlags shell;

  @Option(
      names = "--server-name",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: 0.0.0.0).")
  private String serverName;

  @Option(
      names = "--server-port",
      paramLabel = "PORT",
      description = "The port to listen on; 0 for any that is free (default: 6006).")
  private Integer serverPort;

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel;

  GradioCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    Optional<String> address = engine.model().filter(model -> model.matches("https?://.*"));
    if (address.isPresent()) {
      tell(address.get());
    } else {
      serve();
    }
    return 0;
  }

  private void tell(String address) throws InterruptedException {
    if (serverName != null || serverPort != null) {
      throw new InvalidRequestException(
          "server-port",
          "--server-name and --server-port say where a server starts, and "
              + address
              + " runs already; leave them out");
    }
    try (OpenAiServer server = new OpenAiServer(address, Optional.empty())) {
      List<String> models = server.models();
      System.out.println("Web page of " + String.join(", ", models) + ": " + server.url() + "/");
    }
  }

  private void serve() throws InterruptedException {
    String host = serverName == null ? ServerOptions.DEFAULT.host() : serverName;
    ServerOptions options =
        ServerOptions.DEFAULT.withAddress(host, serverPort == null ? PORT : serverPort);
    new Serving(platform, engine, options, shell.toOptions(), logLevel)
        .run((model, server) -> Welcome.print(System.out, model, host, server));
  }
}

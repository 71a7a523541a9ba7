package org.lmdeploy.shell.cli;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lmdeploy serve api_server [MODEL]}. */
@Command(
    name = "api_server",
    aliases = "api-server",
    description = "Serve a model with the OpenAI HTTP interface, until the process is told to end.")
final class ApiServerCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;
  @Mixin private EngineFlags engine;
  @Mixin private CorsFlags cors;
  @Mixin private RemoteShellFlags shell;
  @Mixin private AccessFlags access;
  @Mixin private LimitFlags limits;
  @Mixin private ObservationFlags observation;

  @Option(
      names = "--server-name",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: ${DEFAULT-VALUE}).")
  private String serverName = ServerOptions.DEFAULT.host();

  @Option(
      names = "--server-port",
      paramLabel = "PORT",
      description = "The port to listen on; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  private int serverPort = ServerOptions.DEFAULT.port();

  @Option(
      names = "--allowed-media-domains",
      arity = "1..*",
      paramLabel = "HOST",
      description = "Hosts that images may come from, public or not (default: any public one).")
  private List<String> allowedMediaDomains = List.of();

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      description =
          "How long running requests may go on when the server is told to end"
              + " (default: ${DEFAULT-VALUE}).")
  private int drainTimeout = (int) ServerOptions.DEFAULT.grace().toSeconds();

  ApiServerCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    ServerOptions server = serverOptions();
    observation.applyToLog();
    new Serving(platform, engine, server, shell.toOptions(), observation.logLevel())
        .run((model, running) -> Welcome.print(System.out, model, serverName, running));
    return 0;
  }

  private ServerOptions serverOptions() {
    if (drainTimeout < 0) {
      throw new InvalidRequestException(
          "drain-timeout", "--drain-timeout is " + drainTimeout + "; it must be at least 0");
    }
    return ServerOptions.DEFAULT
        .withTimes(ServerOptions.DEFAULT.heartbeat(), Duration.ofSeconds(drainTimeout))
        .withReport(observation.toOptions())
        .withAddress(serverName, serverPort)
        .withCors(cors.toOptions())
        .withLimits(limits.toOptions())
        .withAccess(access.toOptions(System::getenv))
        .withMedia(MediaPolicy.DEFAULT.withAllowedDomains(Set.copyOf(allowedMediaDomains)));
  }
}

package org.lmdeploy.shell.cli;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerFactory;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.shell.Console;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
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
  @Mixin private AccessFlags access;
  @Mixin private LimitFlags limits;

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

  @Option(names = "--log-level", paramLabel = "LEVEL", description = "${COMPLETION-CANDIDATES}.")
  private LogLevel logLevel;

  ApiServerCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (logLevel != null) {
      logLevel.apply();
    }
    ServerOptions options = serverOptions();
    CountDownLatch stopped = stopped();
    // The server comes up while the model is loaded; until then it answers that it is not ready.
    CompletableFuture<RunningServer> starting =
        CompletableFuture.supplyAsync(() -> platform.require(ServerFactory.class).start(options));
    try {
      ServedModel model = load();
      Welcome.print(System.out, model, serverName, listening(starting));
      stopped.await();
      return 0;
    } finally {
      // If the server never came up, load() or listening() has said why.
      CompletableFuture<Void> _ = starting.thenAccept(RunningServer::close);
    }
  }

  private ServerOptions serverOptions() {
    return ServerOptions.DEFAULT
        .withAddress(serverName, serverPort)
        .withCors(cors.toOptions())
        .withLimits(limits.toOptions())
        .withAccess(access.toOptions(System::getenv))
        .withMedia(MediaPolicy.DEFAULT.withAllowedDomains(Set.copyOf(allowedMediaDomains)));
  }

  private static RunningServer listening(CompletableFuture<RunningServer> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LmDeployException known ? known : e;
    }
  }

  private ServedModel load() {
    ModelManager manager = platform.models();
    LoadOptions options = engine.toLoadOptions(manager);
    if (!Console.canRewriteLines()) {
      // The log tells the stages, a line each.
      return manager.load(options, stage -> {});
    }
    Runnable restore = logLevel == null ? LogLevel.quiet() : () -> {};
    try (Progress progress = Progress.onStandardError()) {
      return manager.load(options, progress);
    } finally {
      restore.run();
    }
  }

  /** Released when the framework stops, be it by a signal or by somebody in the shell. */
  private CountDownLatch stopped() {
    CountDownLatch latch = new CountDownLatch(1);
    Bundle own = platform.context().getBundle();
    platform
        .context()
        .addBundleListener(
            (SynchronousBundleListener)
                event -> {
                  if (event.getType() == BundleEvent.STOPPING && event.getBundle().equals(own)) {
                    latch.countDown();
                  }
                });
    return latch;
  }
}

package org.lmdeploy.shell.cli;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerFactory;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.shell.Console;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import org.lmdeploy.shell.remote.RemoteShell;
import org.lmdeploy.shell.remote.RemoteShellOptions;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;

/**
 * A server and its model, from the start to the end of the process.
 *
 * @param platform the services
 * @param engine which model, and how
 * @param server where and how to listen
 * @param shell how the Felix shell is offered besides; empty if it is not
 * @param logLevel what is logged; null for what the configuration says
 */
record Serving(
    Platform platform,
    EngineFlags engine,
    ServerOptions server,
    Optional<RemoteShellOptions> shell,
    LogLevel logLevel) {
  /** What to tell the person once all is up. */
  @FunctionalInterface
  interface Welcoming {
    void welcome(ServedModel model, RunningServer server);
  }

  /** Serves until the framework stops. */
  void run(Welcoming welcoming) throws InterruptedException {
    if (logLevel != null) {
      logLevel.apply();
    }
    CountDownLatch stopped = stopped();
    Optional<RemoteShell> remote = RemoteShellFlags.start(platform, shell);
    // The server comes up while the model is loaded; until then it answers that it is not ready.
    CompletableFuture<RunningServer> starting =
        CompletableFuture.supplyAsync(() -> platform.require(ServerFactory.class).start(server));
    try {
      ServedModel model = load();
      RunningServer running = listening(starting);
      stopInOrder(running, stopped);
      welcoming.welcome(model, running);
      stopped.await();
    } finally {
      // If the server never came up, load() or listening() has said why.
      CompletableFuture<Void> _ = starting.thenAccept(RunningServer::close);
      remote.ifPresent(RemoteShell::close);
    }
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

  /** A signal, or a client that may, has running requests answered before all else is stopped. */
  private void stopInOrder(RunningServer running, CountDownLatch stopped) {
    Runnable stop =
        () -> {
          running.stop();
          stopped.countDown();
        };
    platform
        .context()
        .registerService(
            Runnable.class, stop, FrameworkUtil.asDictionary(Map.of("lmdeploy.stop", true)));
  }

  /** Released when the framework stops, or when the server was asked to end. */
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

package org.lmdeploy.server.http.internal;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.LimitOptions;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.server.http.lmdeploy.Sessions;
import org.lmdeploy.server.http.net.WatchfulConnector;
import org.lmdeploy.server.http.observe.Exposition;
import org.lmdeploy.server.http.observe.ObservedModels;
import org.lmdeploy.server.http.observe.PromptLog;
import org.lmdeploy.server.http.observe.ThroughputLog;
import org.lmdeploy.server.http.openapi.ApiDescription;
import org.lmdeploy.server.http.openapi.Operation;
import org.lmdeploy.server.http.tls.TlsIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server; listens from its construction on. */
final class LmHttpServer implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(LmHttpServer.class);

  /** Threads of the connector; requests run on virtual ones. */
  private static final int CONNECTOR_THREADS = 16;

  /** How often the log tells what the models do. */
  private static final int LOG_SECONDS = 10;

  /** How long cancelled requests may take to tell their clients. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final ServerOptions options;
  private final Optional<SSLContext> tls;
  private final ObservedModels models;
  private final InFlight inFlight;
  private final ScheduledThreadPoolExecutor timer;
  private final Javalin javalin;
  private final Sessions sessions;
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private final Consumer<RunningServer> onStop;
  private final int port;
  private final ReentrantLock stopping = new ReentrantLock();
  private boolean stopped;

  LmHttpServer(ModelManager manager, ServerOptions options, Consumer<RunningServer> onStop) {
    this.onStop = onStop;
    this.models = new ObservedModels(manager, new PromptLog(options.report().maxLogLen()));
    this.options = options;
    this.tls = options.access().tls().map(TlsIdentity::load);
    this.inFlight = new InFlight(options.limits().maxConcurrentRequests());
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("http-timer").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    LimitOptions limits = options.limits();
    this.sessions = new Sessions(limits.maxSessions(), limits.sessionTimeout(), System::nanoTime);
    Future<?> _ = timer.scheduleWithFixedDelay(sessions::dropExpired, 1, 1, TimeUnit.MINUTES);
    if (options.report().metrics()) {
      // ends with the timer; it logs its own failures
      Future<?> _ =
          timer.scheduleAtFixedRate(
              new ThroughputLog(models), LOG_SECONDS, LOG_SECONDS, TimeUnit.SECONDS);
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    // Javalin and Jetty look for their services by the thread's class loader, which is not theirs
    Thread.currentThread().setContextClassLoader(Javalin.class.getClassLoader());
    try {
      JavalinLogger.startupInfo = false;
      javalin = Javalin.create(this::configure).start();
      port = javalin.port();
    } catch (JavalinException e) {
      timer.shutdownNow();
      throw new InvalidRequestException(
          "server-port",
          "cannot listen on " + options.host() + ":" + options.port() + ": " + e.getMessage(),
          e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    LOG.info("HTTP server listens on {}:{}", options.host(), port);
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    // a compressor would hold back what is to be streamed
    config.http.compressionStrategy = CompressionStrategy.NONE;
    QueuedThreadPool threads = new QueuedThreadPool(CONNECTOR_THREADS);
    threads.setName("http");
    threads.setDaemon(true);
    config.jetty.threadPool = threads;
    InfoRoutes info = new InfoRoutes(models, inFlight);
    Executor requests = VirtualThreads.getNamedVirtualThreadsExecutor("http-");
    config.jetty.modifyServer(server -> server.setHandler(new FrontDoor(requests, info::health)));
    config.jetty.addConnector(this::connector);
    config.routes.before(new RequestIds());
    config.routes.before(new CorsFilter(options.cors()));
    config.routes.before(new KeyCheck(options.access().apiKeys()));
    ErrorRoutes.configure(config);
    info.configure(config.routes);
    PageRoutes.configure(config.routes);
    new QuestionRoutes(models, options, inFlight, timer, sessions, termination)
        .configure(config.routes);
    if (options.report().metrics()) {
      config.routes.get("/metrics", new MetricsRoute(new Exposition(models)));
    }
    if (options.report().docs()) {
      new DocsRoutes(operations()).configure(config.routes);
    }
  }

  /** What is described of all that a server can have. */
  List<Operation> operations() {
    return Stream.concat(ApiDescription.operations().stream(), UnbuiltRoutes.operations())
        .filter(each -> options.report().metrics() || !each.path().equals("/metrics"))
        .toList();
  }

  private Connector connector(Server server, HttpConfiguration http) {
    WatchfulConnector connector =
        tls.map(context -> WatchfulConnector.tls(server, http, context))
            .orElseGet(() -> WatchfulConnector.plain(server, http));
    connector.setIdleTimeout(options.limits().clientTimeout().toMillis());
    connector.setHost(options.host());
    connector.setPort(options.port());
    return connector;
  }

  /** The routes as method and path, with variables in braces. */
  Set<String> routes() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .map(endpoint -> endpoint.method + " " + endpoint.path.replace('<', '{').replace('>', '}'))
        .collect(Collectors.toSet());
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String url() {
    boolean any = options.host().equals("0.0.0.0") || options.host().equals("::");
    String host = any ? "127.0.0.1" : options.host();
    String scheme = tls.isPresent() ? "https://" : "http://";
    return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public int activeRequests() {
    return inFlight.count();
  }

  @Override
  public CompletionStage<Void> termination() {
    return termination;
  }

  @Override
  public void stop() {
    inFlight.refuseNew();
    stopping.lock(); // whoever comes second returns when all is stopped, too
    try {
      if (!stopped) {
        drain();
        timer.shutdownNow();
        javalin.stop();
        onStop.accept(this);
        stopped = true;
        LOG.info("HTTP server on port {} stopped", port);
      }
    } finally {
      stopping.unlock();
    }
  }

  private void drain() {
    LOG.info(
        "HTTP server on port {} takes no new requests; {} are being answered",
        port,
        inFlight.count());
    try {
      if (!inFlight.awaitNone(options.grace())) {
        inFlight.abortAll(
            new UnavailableException("the server was stopped before the answer was complete"));
        inFlight.awaitNone(FAREWELL);
      }
    } catch (InterruptedException e) {
      inFlight.abortAll(new UnavailableException("the server was stopped", e));
      Thread.currentThread().interrupt();
    }
  }
}

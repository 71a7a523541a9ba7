package org.lmdeploy.server.http.internal;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import org.lmdeploy.server.http.Permissions;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.server.http.anthropic.AnthropicPaths;
import org.lmdeploy.server.http.anthropic.CountTokensEndpoint;
import org.lmdeploy.server.http.anthropic.MessagesEndpoint;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.lmdeploy.GenerateEndpoint;
import org.lmdeploy.server.http.lmdeploy.InteractiveEndpoint;
import org.lmdeploy.server.http.lmdeploy.Sessions;
import org.lmdeploy.server.http.net.WatchfulConnector;
import org.lmdeploy.server.http.openai.ChatEndpoint;
import org.lmdeploy.server.http.openai.CompletionEndpoint;
import org.lmdeploy.server.http.openai.DetokenizeEndpoint;
import org.lmdeploy.server.http.openai.DirectEndpoint;
import org.lmdeploy.server.http.openai.EncodeEndpoint;
import org.lmdeploy.server.http.openai.Endpoint;
import org.lmdeploy.server.http.openai.LoadEndpoint;
import org.lmdeploy.server.http.openai.TokenizeEndpoint;
import org.lmdeploy.server.http.openai.UnloadEndpoint;
import org.lmdeploy.server.http.responses.ResponsesEndpoint;
import org.lmdeploy.server.http.tls.TlsIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server; listens from its construction on. */
final class LmHttpServer implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(LmHttpServer.class);

  /** Threads of the connector; requests run on virtual ones. */
  private static final int CONNECTOR_THREADS = 16;

  /** How long cancelled requests may take to tell their clients. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final ServerOptions options;
  private final Optional<SSLContext> tls;
  private final ModelManager manager;
  private final InFlight inFlight;
  private final ScheduledThreadPoolExecutor timer;
  private final Javalin javalin;
  private final Sessions sessions;
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private final Consumer<RunningServer> onStop;
  private final int port;

  LmHttpServer(ModelManager manager, ServerOptions options, Consumer<RunningServer> onStop) {
    this.onStop = onStop;
    this.manager = manager;
    this.options = options;
    this.tls = options.access().tls().map(TlsIdentity::load);
    this.inFlight = new InFlight(options.limits().maxConcurrentRequests());
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("http-timer").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    LimitOptions limits = options.limits();
    this.sessions = new Sessions(limits.maxSessions(), limits.sessionTimeout(), System::nanoTime);
    timer.scheduleWithFixedDelay(sessions::dropExpired, 1, 1, TimeUnit.MINUTES);
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
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("http-"));
    config.jetty.threadPool = threads;
    config.jetty.addConnector(this::connector);
    config.routes.before(new RequestIds());
    config.routes.before(new CorsFilter(options.cors()));
    config.routes.before(new KeyCheck(options.access().apiKeys()));
    ErrorRoutes.configure(config);
    new InfoRoutes(manager, inFlight).configure(config.routes);
    PageRoutes.configure(config.routes);
    questions(config.routes);
  }

  private Connector connector(Server server, HttpConfiguration http) {
    WatchfulConnector connector =
        tls.map(context -> WatchfulConnector.tls(server, http, context))
            .orElseGet(() -> WatchfulConnector.plain(server, http));
    connector.setHost(options.host());
    connector.setPort(options.port());
    return connector;
  }

  private void questions(RoutesConfig routes) {
    int maxBodyBytes = options.limits().maxBodyBytes();
    Permissions permissions = options.access().permissions();
    JsonBody json = new JsonBody(maxBodyBytes, permissions.unknownFields());
    RequestBodies bodies = new RequestBodies(maxBodyBytes);
    Heartbeats heartbeats = new Heartbeats(timer, options.heartbeat());
    Deadlines deadlines = new Deadlines(timer, options.limits().requestTimeout());
    Map<String, Endpoint> endpoints =
        Map.of(
            "/v1/chat/completions",
            new ChatEndpoint(manager, options.media()),
            "/v1/responses",
            new ResponsesEndpoint(manager, options.media()),
            AnthropicPaths.MESSAGES,
            new MessagesEndpoint(manager, options.media()),
            "/v1/completions",
            new CompletionEndpoint(manager),
            "/generate",
            new GenerateEndpoint(manager, options.media()),
            "/v1/chat/interactive",
            new InteractiveEndpoint(manager, options.media(), sessions));
    endpoints.forEach(
        (path, endpoint) ->
            routes.post(
                path,
                new GenerationHandler(endpoint, inFlight, bodies, json, heartbeats, deadlines)));
    routes.post(
        "/abort_request", new AbortHandler(permissions.abortRequests(), inFlight, bodies, json));
    Map<String, DirectEndpoint> admin =
        Map.of(
            "/v1/models/load", new LoadEndpoint(manager),
            "/v1/models/unload", new UnloadEndpoint(manager));
    boolean manage = permissions.manageModels();
    admin.forEach(
        (path, endpoint) ->
            routes.post(
                path, new AdminHandler(manage, "--enable-model-admin", endpoint, bodies, json)));
    routes.get("/terminate", new TerminateHandler(permissions.terminate(), termination));
    UnbuiltRoutes.configure(routes);
    Map<String, DirectEndpoint> direct =
        Map.of(
            "/v1/encode",
            new EncodeEndpoint(manager),
            AnthropicPaths.COUNT_TOKENS,
            new CountTokensEndpoint(manager, options.media()),
            "/tokenize",
            new TokenizeEndpoint(manager),
            "/detokenize",
            new DetokenizeEndpoint(manager));
    direct.forEach(
        (path, endpoint) -> routes.post(path, new DirectHandler(endpoint, inFlight, bodies, json)));
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
    timer.shutdownNow();
    javalin.stop();
    onStop.accept(this);
    LOG.info("HTTP server on port {} stopped", port);
  }
}

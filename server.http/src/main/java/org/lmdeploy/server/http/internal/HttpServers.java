package org.lmdeploy.server.http.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.RunningServer;
import org.lmdeploy.server.http.ServerFactory;
import org.lmdeploy.server.http.ServerOptions;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Starts servers, and stops those that still run when the models go away. */
@Component
public final class HttpServers implements ServerFactory {
  private final ModelManager manager;
  private final Set<RunningServer> running = ConcurrentHashMap.newKeySet();

  /** Serves the models of a manager. */
  @Activate
  public HttpServers(@Reference ModelManager manager) {
    this.manager = manager;
  }

  @Override
  public RunningServer start(ServerOptions options) {
    RunningServer server = new LmHttpServer(manager, options, running::remove);
    running.add(server);
    return server;
  }

  /** Stops all servers that were not stopped. */
  @Deactivate
  public void stopAll() {
    running.forEach(RunningServer::stop);
  }
}

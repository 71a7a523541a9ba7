package org.lmdeploy.server.http.net;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An HTTP/1.1 connector whose connections can be watched for hang-ups. */
public final class WatchfulConnector extends ServerConnector {
  static final String ATTRIBUTE = ClientWatch.class.getName();

  /** A connector with one acceptor and one selector: the machine's cores are the engine's. */
  public WatchfulConnector(Server server, HttpConfiguration configuration) {
    super(server, 1, 1, new HttpConnectionFactory(configuration));
    configuration.addCustomizer(
        (request, headers) -> {
          request.setAttribute(
              ATTRIBUTE, request.getConnectionMetaData().getConnection().getEndPoint());
          return request;
        });
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    WatchfulEndPoint endPoint =
        new WatchfulEndPoint(channel, selector, key, getScheduler(), getExecutor());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }
}

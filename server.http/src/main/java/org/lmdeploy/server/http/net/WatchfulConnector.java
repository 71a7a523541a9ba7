package org.lmdeploy.server.http.net;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A connector for HTTP/1.1, over TLS or not, whose connections can be watched for hang-ups. It has
 * one acceptor and one selector: the machine's cores are the engine's.
 */
public final class WatchfulConnector extends ServerConnector {
  static final String ATTRIBUTE = ClientWatch.class.getName();

  private WatchfulConnector(
      Server server, HttpConfiguration configuration, ConnectionFactory... factories) {
    super(server, 1, 1, factories);
    // else a key is taken for another that the connection brought before, in other letter case
    configuration.setHeaderCacheCaseSensitive(true);
    configuration.addCustomizer(
        (request, headers) -> {
          EndPoint socket = socketOf(request.getConnectionMetaData().getConnection().getEndPoint());
          request.setAttribute(ATTRIBUTE, socket);
          if (socket instanceof WatchfulEndPoint watchful) {
            watchful.requestBegan();
            Request.addCompletionListener(request, failure -> watchful.requestEnded());
          }
          return request;
        });
  }

  /** A connector without encryption. */
  public static WatchfulConnector plain(Server server, HttpConfiguration configuration) {
    return new WatchfulConnector(server, configuration, new HttpConnectionFactory(configuration));
  }

  /** A connector that shows clients the identity of a TLS context. */
  public static WatchfulConnector tls(
      Server server, HttpConfiguration configuration, SSLContext context) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setSslContext(context);
    // there is one certificate, and whether it fits the name that was asked for is the client's to
    // say
    configuration.addCustomizer(new SecureRequestCustomizer(false));
    return new WatchfulConnector(
        server,
        configuration,
        new SslConnectionFactory(ssl, HttpVersion.HTTP_1_1.asString()),
        new HttpConnectionFactory(configuration));
  }

  /** The hang-up of a TLS client is seen where its encrypted bytes arrive. */
  private static EndPoint socketOf(EndPoint endPoint) {
    return endPoint instanceof EndPoint.Wrapper wrapper ? socketOf(wrapper.unwrap()) : endPoint;
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

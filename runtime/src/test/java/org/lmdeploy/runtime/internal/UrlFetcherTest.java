package org.lmdeploy.runtime.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.MediaPolicy;

class UrlFetcherTest {
  private static final MediaPolicy LOOPBACK_ALLOWED =
      new MediaPolicy(Set.of("127.0.0.1"), Duration.ofSeconds(30), 1000, 1000);

  private final UrlFetcher fetcher = new UrlFetcher();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/image", exchange -> answer(exchange, 200, new byte[] {1, 2, 3}));
    server.createContext("/large", exchange -> answer(exchange, 200, new byte[1001]));
    server.createContext("/missing", exchange -> answer(exchange, 404, new byte[0]));
    server.createContext("/redirect", exchange -> redirect(exchange, "/image"));
    server.createContext("/circle", exchange -> redirect(exchange, "/circle"));
    server.createContext("/file", exchange -> redirect(exchange, "file:///etc/hostname"));
    server.createContext(
        "/private", exchange -> redirect(exchange, "http://localhost:" + port() + "/image"));
    server.createContext("/stuck", this::stuck);
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fetchesFromAnAllowedHost() {
    assertArrayEquals(new byte[] {1, 2, 3}, fetcher.fetch(url("/image"), LOOPBACK_ALLOWED));
    assertArrayEquals(new byte[] {1, 2, 3}, fetcher.fetch(url("/redirect"), LOOPBACK_ALLOWED));
  }

  @Test
  void refusesAddressesThatAreNotPublic() {
    refused(url("/image"), MediaPolicy.DEFAULT, "not public");
    refused("http://localhost:" + port() + "/image", MediaPolicy.DEFAULT, "not public");
    refused("http://[::1]:" + port() + "/image", MediaPolicy.DEFAULT, "not public");
    refused("http://2130706433/image", MediaPolicy.DEFAULT, "");
  }

  @Test
  void refusesHostsBesideTheAllowedOnes() {
    refused("http://localhost:" + port() + "/image", LOOPBACK_ALLOWED, "--allowed-media-domains");
  }

  @Test
  void checksEachHopOfARedirect() {
    refused(url("/private"), LOOPBACK_ALLOWED, "--allowed-media-domains");
    refused(url("/file"), LOOPBACK_ALLOWED, "not from file:");
    refused(url("/circle"), LOOPBACK_ALLOWED, "redirects");
  }

  @Test
  void refusesOtherSchemes() {
    refused("file:///etc/hostname", LOOPBACK_ALLOWED, "not from file:");
    refused("ftp://127.0.0.1/x", LOOPBACK_ALLOWED, "not from ftp:");
    refused("picture.png", LOOPBACK_ALLOWED, "without a scheme");
    refused("http:///x", LOOPBACK_ALLOWED, "no host");
    refused("http://a b/", LOOPBACK_ALLOWED, "malformed");
  }

  @Test
  void refusesWhatIsTooLargeOrMissing() {
    refused(url("/large"), LOOPBACK_ALLOWED, "more than the 1000 bytes");
    refused(url("/missing"), LOOPBACK_ALLOWED, "status 404");
  }

  @Test
  void givesUpOnABodyThatDoesNotCome() {
    MediaPolicy hasty = new MediaPolicy(Set.of("127.0.0.1"), Duration.ofMillis(200), 1000, 1000);
    refused(url("/stuck"), hasty, "was not there within");
  }

  private void refused(String url, MediaPolicy policy, String reason) {
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> fetcher.fetch(url, policy));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private void stuck(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 100);
    exchange.getResponseBody().write(1);
    exchange.getResponseBody().flush();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String location) throws IOException {
    exchange.getResponseHeaders().add("Location", location);
    answer(exchange, 302, new byte[0]);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}

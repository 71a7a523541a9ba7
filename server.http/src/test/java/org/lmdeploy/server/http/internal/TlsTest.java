package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.AccessOptions;
import org.lmdeploy.server.http.TlsFiles;

/** Clients know only the authority, so that every test needs the whole chain. */
class TlsTest {
  private static TestServer start(Path key, Path certificates) {
    TlsFiles files = new TlsFiles(key, certificates);
    return new TestServer(
        TestServer.OPTIONS.withAccess(new AccessOptions(List.of(), Optional.of(files))));
  }

  private static TestServer start(String key, String certificates) throws URISyntaxException {
    return start(file(key), file(certificates));
  }

  private static Path file(String name) throws URISyntaxException {
    URL resource = TlsTest.class.getResource("/tls/" + name);
    return resource == null ? Path.of("missing", name) : Path.of(resource.toURI());
  }

  private static SSLContext trust() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = TlsTest.class.getResourceAsStream("/tls/authority.pem")) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.key, rsa.pem",
    "ec.key, ec.pem",
    "ed25519.key, ed25519.pem",
    "rsa-traditional.key, rsa.pem",
    "ec-traditional.key, ec.pem"
  })
  void answersAClientThatTrustsTheAuthority(String key, String certificates) throws Exception {
    try (TestServer server = start(key, certificates);
        HttpClient client = HttpClient.newBuilder().sslContext(trust()).build()) {
      assertTrue(server.server.url().startsWith("https://127.0.0.1:"), server.server.url());
      HttpRequest.Builder chat =
          server
              .request(TestServer.CHAT)
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      TestServer.chatBody("hi", "\"stream\":true")));
      for (int i = 0; i < 3; i++) { // on one connection
        HttpResponse<String> reply =
            client.send(chat.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, reply.statusCode());
        assertTrue(reply.body().endsWith("data: [DONE]\n\n"), reply.body());
      }
    }
  }

  @Test
  void aClientThatDoesNotKnowTheAuthorityRefuses() throws Exception {
    try (TestServer server = start("rsa.key", "rsa.pem")) {
      assertThrows(SSLException.class, () -> server.get("/health"));
    }
  }

  @Test
  void plainHttpIsNotAnswered() throws Exception {
    try (TestServer server = start("rsa.key", "rsa.pem");
        Socket socket = new Socket("127.0.0.1", server.server.port())) {
      socket.setSoTimeout(5000);
      TestServer.writePost(socket, TestServer.CHAT, TestServer.chatBody("hi", ""));
      byte[] answer = readUntilClosed(socket);
      assertTrue(answer.length == 0 || answer[0] != 'H', "an answer in plain HTTP");
    }
  }

  private static byte[] readUntilClosed(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException reset) {
      return new byte[0];
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hangUpsAreNoticed(boolean politely) throws Exception {
    try (TestServer server = start("rsa.key", "rsa.pem")) {
      server.model.script((prompt, config) -> new FakeStream());
      Socket raw = new Socket("127.0.0.1", server.server.port());
      SSLSocket socket =
          (SSLSocket)
              trust().getSocketFactory().createSocket(raw, "localhost", raw.getPort(), true);
      TestServer.writePost(socket, TestServer.CHAT, TestServer.chatBody("x", "\"stream\":true"));
      socket.getInputStream().read(); // the answer has begun, so the question is queued
      (politely ? socket : raw).close();
      assertTrue(server.model.lastCall().stream().cancelled.await(5, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none.key|rsa.pem|none.key cannot be read",
        "rsa.key|none.pem|none.pem cannot be read",
        "rsa.pem|rsa.pem|rsa.pem holds no private key; it must hold one",
        "rsa.key|rsa.key|rsa.key holds no certificate; it must hold the server's own",
        "rsa-encrypted.key|rsa.pem|is encrypted; it must not be",
        "rsa-encrypted-traditional.key|rsa.pem|is encrypted; it must not be",
        "ec.key|rsa.pem|cannot be read as the RSA key of the certificate",
        "rsa.key|authority.pem|does not belong to the first certificate",
        "ed25519.key|disordered.pem|cannot be read as the RSA key of the certificate",
      })
  void wrongFilesAreRefused(String key, String certificates, String message) {
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> start(key, certificates));
    assertEquals("ssl", refused.parameter().orElseThrow());
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }

  @Test
  void aBrokenChainIsRefused(@TempDir Path folder) throws Exception {
    String own = Files.readString(file("rsa.pem"));
    Path chain = folder.resolve("chain.pem");
    Files.writeString(chain, own + Files.readString(file("authority.pem")) + own);
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> start(file("rsa.key"), chain));
    assertTrue(refused.getMessage().contains("certificate 4 in"), refused.getMessage());
    assertTrue(refused.getMessage().contains("it must be CN=Test authority"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY"})
  void damagedKeysAreRefused(String label, @TempDir Path folder) throws Exception {
    Path key = folder.resolve("damaged.key");
    for (String text : List.of("", "AAAA", "not Base64!", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")) {
      Files.writeString(
          key, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
      InvalidRequestException refused =
          assertThrows(InvalidRequestException.class, () -> start(key, file("rsa.pem")));
      assertTrue(refused.getMessage().contains("cannot be read as the RSA key"), text);
    }
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lmdeploy.server.http.AccessOptions;

/** The web page as it is sent. */
class PageTest {
  private static final Pattern SCRIPT = Pattern.compile("src=\"(assets/main-[^\"]+\\.js)\"");

  private static String script(TestServer server) throws Exception {
    Matcher matcher = SCRIPT.matcher(server.get("/").text());
    assertTrue(matcher.find());
    return "/" + matcher.group(1);
  }

  private static String mediaType(TestServer.Reply reply) {
    assertTrue(reply.header("Content-Type").matches("[a-z/]+; ?charset=utf-8"));
    return reply.header("Content-Type").split(";")[0];
  }

  @Test
  void isAskedForAgainAndItsFilesAreNot() throws Exception {
    try (TestServer server = new TestServer()) {
      TestServer.Reply page = server.get("/");
      assertEquals("text/html", mediaType(page));
      assertEquals("no-cache", page.header("Cache-Control"));
      TestServer.Reply file = server.get(script(server));
      assertEquals(200, file.status());
      assertEquals("text/javascript", mediaType(file));
      assertEquals("public, max-age=31536000, immutable", file.header("Cache-Control"));
    }
  }

  @Test
  void isNotSentToWhoHasIt() throws Exception {
    try (TestServer server = new TestServer()) {
      String etag = server.get("/").header("ETag");
      TestServer.Reply again = server.send(server.request("/").header("If-None-Match", etag).GET());
      assertEquals(304, again.status());
      assertEquals("", again.text());
      TestServer.Reply old =
          server.send(server.request("/").header("If-None-Match", "\"old\"").GET());
      assertEquals(200, old.status());
    }
  }

  @Test
  void isCompressedForWhoTakesThat() throws Exception {
    try (TestServer server = new TestServer()) {
      String path = script(server);
      TestServer.Reply plain = server.get(path);
      TestServer.Reply zipped =
          server.send(server.request(path).header("Accept-Encoding", "br, gzip;q=0.8").GET());
      assertEquals("gzip", zipped.header("Content-Encoding"));
      assertEquals("Accept-Encoding", zipped.header("Vary"));
      assertFalse(zipped.header("ETag").equals(plain.header("ETag")));
      TestServer.Reply refused =
          server.send(server.request(path).header("Accept-Encoding", "gzip;q=0").GET());
      assertEquals("", refused.header("Content-Encoding"));
    }
  }

  @Test
  void headTellsTheSame() throws Exception {
    try (TestServer server = new TestServer()) {
      TestServer.Reply head = server.send(server.request("/").HEAD());
      assertEquals(200, head.status());
      assertEquals(server.get("/").header("ETag"), head.header("ETag"));
      assertEquals("", head.text());
    }
  }

  @Test
  void mayLoadNothingFromElsewhere() throws Exception {
    try (TestServer server = new TestServer()) {
      String policy = server.get("/").header("Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"));
      assertFalse(policy.contains("unsafe"), policy);
      assertEquals("nosniff", server.get("/").header("X-Content-Type-Options"));
    }
  }

  @Test
  void needsNoKeyButHasNothingElse() throws Exception {
    AccessOptions keyed = new AccessOptions(List.of("secret"), Optional.empty());
    try (TestServer server = new TestServer(TestServer.OPTIONS.withAccess(keyed))) {
      assertEquals(200, server.get("/").status());
      assertEquals(200, server.get(script(server)).status());
      assertEquals(404, server.get("/assets/none.js").status());
      assertEquals(404, server.get("/assets/../v1/models").status());
      assertNotEquals(200, server.get("/assets/%2e%2e/v1/models").status());
      assertEquals(401, server.get("/v1/models").status());
    }
  }
}

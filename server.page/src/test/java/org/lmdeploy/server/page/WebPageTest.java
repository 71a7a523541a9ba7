package org.lmdeploy.server.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebPageTest {
  private static final Pattern ADDRESS = Pattern.compile("(?:src|href)=\"assets/([^\"]+)\"");

  private static List<String> assets() {
    String html = new String(WebPage.index().bytes(), StandardCharsets.UTF_8);
    List<String> names = ADDRESS.matcher(html).results().map(WebPageTest::name).toList();
    assertEquals(4, names.size(), html);
    return names;
  }

  private static String name(MatchResult result) {
    return result.group(1);
  }

  @Test
  void hasAllThatTheIndexNames() {
    for (String name : assets()) {
      PageFile file = WebPage.asset(name).orElseThrow(() -> new AssertionError(name));
      assertTrue(file.lasting(), name);
      assertTrue(file.bytes().length > 0, name);
    }
  }

  @Test
  void knowsMediaTypes() {
    assertEquals("text/html; charset=utf-8", WebPage.index().contentType());
    List<String> types = assets().stream().map(a -> WebPage.asset(a).get().contentType()).toList();
    String script = "text/javascript; charset=utf-8";
    assertEquals(List.of("image/svg+xml", "text/css; charset=utf-8", script, script), types);
  }

  @Test
  void whatHasNoHashInItsNameMayChange() {
    assertFalse(WebPage.index().lasting());
    assertFalse(WebPage.asset("licenses.txt").orElseThrow().lasting());
  }

  @Test
  void compressedIsTheSame() throws IOException {
    PageFile index = WebPage.index();
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(index.gzip()))) {
      assertArrayEquals(index.bytes(), in.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../index.html",
        "../../WebPage.class",
        "none.js",
        "main.exe",
        "a/b"
      })
  void hasNothingElse(String name) {
    assertTrue(WebPage.asset(name).isEmpty());
  }

  /** It is loaded over slow lines too, and it lies in the repository. */
  @Test
  void isSmall() {
    int whole = assets().stream().mapToInt(name -> WebPage.asset(name).get().bytes().length).sum();
    assertTrue(whole < 300_000, () -> whole + " bytes");
  }
}

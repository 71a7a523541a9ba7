package org.lmdeploy.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The web page with which a person talks to the served models: {@code index.html}, and beside it
 * {@code assets/}. It is built by npm from {@code src/main/web}; all addresses in it are relative.
 */
public final class WebPage {
  /**
   * What the page may load, as a Content-Security-Policy: its own files, pictures that a person
   * gave it, answers of its own server. A script that a model's answer smuggled in would not run.
   */
  public static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String INDEX = "index.html";
  private static final Pattern ASSET = Pattern.compile("[A-Za-z0-9_-]+?(-[A-Z0-9]{8})?\\.([a-z]+)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8");
  private static final Map<String, PageFile> READ = new ConcurrentHashMap<>();

  private WebPage() {}

  /** The page itself. */
  public static PageFile index() {
    return read(INDEX, "html", false)
        .orElseThrow(() -> new IllegalStateException("the bundle was built without " + INDEX));
  }

  /** A file of {@code assets/}; empty if there is none of that name. */
  public static Optional<PageFile> asset(String name) {
    Matcher matcher = ASSET.matcher(name);
    return matcher.matches()
        ? read("assets/" + name, matcher.group(2), matcher.group(1) != null)
        : Optional.empty();
  }

  private static Optional<PageFile> read(String path, String extension, boolean lasting) {
    PageFile before = READ.get(path);
    if (before != null) {
      return Optional.of(before);
    }
    try (InputStream in = WebPage.class.getResourceAsStream("site/" + path)) {
      if (in == null || !TYPES.containsKey(extension)) {
        return Optional.empty(); // not remembered: anybody can ask for any name
      }
      PageFile file = PageFile.of(TYPES.get(extension), in.readAllBytes(), lasting);
      READ.put(path, file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

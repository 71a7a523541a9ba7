package org.lmdeploy.server.http.internal;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.util.Arrays;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.page.PageFile;
import org.lmdeploy.server.page.WebPage;

/** The web page. */
final class PageRoutes {
  /** Where the page's files are; they tell nothing, so that they need no key. */
  static final String ASSETS = "/assets/";

  private static final String YEAR_SECONDS = "31536000";

  private PageRoutes() {}

  static void configure(RoutesConfig routes) {
    Handler index = context -> send(context, WebPage.index());
    Handler asset = PageRoutes::asset;
    // Javalin's own answers to HEAD have none of GET's headers
    routes.get("/", index).head("/", index);
    routes.get(ASSETS + "{name}", asset).head(ASSETS + "{name}", asset);
  }

  private static void asset(Context context) {
    String name = context.pathParam("name");
    send(context, WebPage.asset(name).orElseThrow(() -> missing(name)));
  }

  private static HttpProblem missing(String name) {
    return new HttpProblem(
        HttpProblem.NOT_FOUND, "not_found", "the page has no file " + Problems.shown(name));
  }

  private static void send(Context context, PageFile file) {
    boolean zipped = accepts(context.header("Accept-Encoding"), "gzip");
    // two encodings of a file are two contents for a cache
    String etag = '"' + file.etag() + (zipped ? "-gzip" : "") + '"';
    context.header("ETag", etag);
    context.header("Vary", vary(context));
    context.header(
        "Cache-Control",
        file.lasting() ? "public, max-age=" + YEAR_SECONDS + ", immutable" : "no-cache");
    context.header("Content-Security-Policy", WebPage.POLICY);
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    if (has(context.header("If-None-Match"), etag)) {
      context.status(HttpStatus.NOT_MODIFIED);
      return;
    }
    if (zipped) {
      context.header("Content-Encoding", "gzip");
    }
    context.contentType(file.contentType()).result(zipped ? file.gzip() : file.bytes());
  }

  /** What {@link CorsFilter} said the answer depends on, and the encoding. */
  private static String vary(Context context) {
    String before = context.res().getHeader("Vary");
    return before == null ? "Accept-Encoding" : before + ", Accept-Encoding";
  }

  private static boolean accepts(String header, String encoding) {
    return header != null
        && Arrays.stream(header.split(","))
            .map(each -> each.replace(" ", ""))
            .anyMatch(
                each ->
                    each.equals(encoding)
                        || each.startsWith(encoding + ";") && !each.matches(".*;q=0(\\.0*)?"));
  }

  private static boolean has(String header, String etag) {
    return header != null
        && Arrays.stream(header.split(","))
            .map(each -> each.strip().replaceFirst("^W/", ""))
            .anyMatch(each -> each.equals(etag) || each.equals("*"));
  }
}

package org.lmdeploy.server.http.internal;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.lmdeploy.server.http.openapi.ApiDescription;
import org.lmdeploy.server.http.openapi.Operation;

/**
 * The description of the server: {@code /openapi.json}, and as a page at {@code /docs}.
 *
 * @param operations the routes that the server has
 */
record DocsRoutes(List<Operation> operations) {
  /** The version of Swagger UI that the pom names. */
  private static final String SWAGGER_UI = "/META-INF/resources/webjars/swagger-ui/5.34.1/";

  private static final String PAGE = "docs.html";
  private static final String DAY = "public, max-age=86400";

  /** The files of the page with their types; there are no others. */
  private static final Map<String, String> FILES =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
          "favicon-32x32.png", "image/png",
          "docs.js", "text/javascript; charset=utf-8");

  void configure(RoutesConfig routes) {
    byte[] description = ApiDescription.write(operations);
    routes.get("/openapi.json", context -> description(context, description));
    routes.get("/docs", context -> send(context, PAGE, "text/html; charset=utf-8"));
    routes.get("/docs/{file}", this::file);
  }

  private static void description(Context context, byte[] description) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream(description.length);
    body.writeBytes(description);
    Responses.json(context.res(), HttpStatus.OK.getCode(), body);
  }

  private void file(Context context) throws IOException {
    String name = context.pathParam("file");
    String type = FILES.get(name);
    if (type == null) {
      throw new HttpProblem(
          HttpProblem.NOT_FOUND, "not_found", "there is no such file of the page at /docs");
    }
    context.header("Cache-Control", DAY);
    send(context, name.startsWith("docs") ? name : SWAGGER_UI + name, type);
  }

  private static void send(Context context, String resource, String type) throws IOException {
    try (InputStream in = DocsRoutes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the resource " + resource + " is missing in this program");
      }
      context.contentType(type).result(in.readAllBytes());
    }
  }
}

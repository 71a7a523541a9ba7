package org.lmdeploy.server.http.openapi;

import java.util.List;

/** Routes that tell of the server itself, or steer it. */
final class ServerOperations {
  private static final String SERVER = "Server";
  private static final String MODELS = "Models";

  private ServerOperations() {}

  static List<Operation> all() {
    return List.of(
        Operation.get("/", SERVER, "The web page.", Schema.text())
            .answering("text/html")
            .withoutKey(),
        Operation.get("/assets/{name}", SERVER, "What the web page is made of.", Schema.text())
            .answering("*/*")
            .withoutKey(),
        Operation.get(
                "/health",
                SERVER,
                "Whether the server is healthy (200), starting or draining (503).",
                health())
            .withoutKey(),
        Operation.get(
            "/is_sleeping",
            SERVER,
            "LMDeploy's: whether the models sleep, which they never do.",
            Schema.object().required("is_sleeping", Schema.flag())),
        Operation.get(
                "/metrics",
                SERVER,
                "Counts of the models in Prometheus' text format, or in OpenMetrics' where Accept"
                    + " asks for it; not there with --disable-metrics.",
                Schema.text())
            .answering("text/plain"),
        Operation.get("/openapi.json", SERVER, "This description.", Schema.any()).withoutKey(),
        Operation.get("/docs", SERVER, "This description as a page.", Schema.text())
            .answering("text/html")
            .withoutKey(),
        Operation.get("/docs/{file}", SERVER, "What that page is made of.", Schema.text())
            .answering("*/*")
            .withoutKey(),
        Operation.get(
            "/v1/models",
            MODELS,
            "The served models.",
            Schema.object()
                .required("object", Schema.oneOf("list"))
                .required("data", Schema.list(model()))),
        Operation.get(
            "/v1/models/{name}", MODELS, "One served model; its name may have slashes.", model()),
        Operation.post(
            "/abort_request",
            SERVER,
            "End requests, also those of others; needs --enable-abort-handling.",
            abort(),
            Schema.object().required("aborted", Schema.integer(0))));
  }

  private static Schema health() {
    return Schema.object()
        .required("status", Schema.oneOf("healthy", "starting", "draining"))
        .required("models", Schema.list(Schema.text()));
  }

  private static Schema model() {
    return Schema.object()
        .required("id", Schema.text())
        .required("object", Schema.oneOf("model"))
        .required("created", Schema.integer().about("Seconds since 1970."))
        .required("owned_by", Schema.text())
        .required("root", Schema.text())
        .required("parent", Schema.text().orNull())
        .required(
            "max_model_len", Schema.integer(1).about("Most tokens of a prompt and its answer."));
  }

  private static Schema abort() {
    return Schema.object()
        .with("session_id", Schema.integer().about("All requests of this session.").byDefault(-1))
        .with("request_id", Schema.text().about("The request with this X-Request-Id."))
        .with("abort_all", Schema.flag(false).about("All requests."))
        .with("abort_message", Schema.text().about("What their clients are told."))
        .closed()
        .about("Exactly one of session_id, request_id and abort_all says which.");
  }
}

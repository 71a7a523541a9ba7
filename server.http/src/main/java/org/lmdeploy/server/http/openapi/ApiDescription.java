package org.lmdeploy.server.http.openapi;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.lmdeploy.server.http.anthropic.AnthropicPaths;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** All routes as an OpenAPI 3.1 document. */
public final class ApiDescription {
  /** Of the routes; a route or a field that goes or changes its meaning raises the first number. */
  private static final String VERSION = "1.0.0";

  private static final String JSON = "application/json";
  private static final String KEY = "key";

  private ApiDescription() {}

  /** All routes that a server can have. */
  public static List<Operation> operations() {
    return Stream.of(
            ServerOperations.all(),
            CompletionOperations.all(),
            AnthropicOperations.all(),
            LmDeployOperations.all(),
            TokenOperations.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * The document.
   *
   * @param operations the routes that the server has
   */
  public static byte[] write(List<Operation> operations) {
    return new JsonMapper().writeValueAsBytes(document(operations));
  }

  private static ObjectNode document(List<Operation> operations) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "LMDeploy for Java")
        .put("version", VERSION)
        .put("description", "OpenAI's protocol with LMDeploy's fields, for the models served here.")
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("identifier", "Apache-2.0");
    document.putArray("servers").addObject().put("url", "/");
    ObjectNode paths = document.putObject("paths");
    operations.forEach(
        operation ->
            paths
                .withObjectProperty(operation.path())
                .set(operation.method().toLowerCase(Locale.ROOT), describe(operation)));
    components(document.putObject("components"));
    document.putArray("security").addObject().putArray(KEY);
    return document;
  }

  private static void components(ObjectNode components) {
    components
        .putObject("securitySchemes")
        .putObject(KEY)
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "One of the server's keys, where it was started with --api-keys.");
    ObjectNode schemas = components.putObject("schemas");
    schemas.set("Error", CommonSchemas.error().json());
    schemas.set("Message", CompletionOperations.requestMessage().json());
    schemas.set("AnthropicError", AnthropicOperations.error().json());
    schemas.set("Block", AnthropicOperations.block().json());
    schemas.set("ContentPart", CompletionOperations.contentPart().json());
  }

  private static ObjectNode describe(Operation operation) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.putArray("tags").add(operation.tag());
    node.put("summary", operation.summary());
    node.put("operationId", id(operation));
    if (operation.open()) {
      node.putArray("security");
    }
    parameters(node, operation.path());
    operation
        .request()
        .ifPresent(
            body ->
                node.putObject("requestBody")
                    .put("required", true)
                    .putObject("content")
                    .putObject(JSON)
                    .set("schema", body.json()));
    ObjectNode responses = node.putObject("responses");
    ObjectNode content =
        responses.putObject("200").put("description", "The answer.").putObject("content");
    content.putObject(operation.answers()).set("schema", operation.answer().json());
    operation
        .event()
        .ifPresent(
            event ->
                content
                    .putObject("text/event-stream")
                    .set(
                        "schema",
                        event
                            .about("The data of each event; the last one is [DONE] or an error.")
                            .json()));
    responses
        .putObject("default")
        .put("description", "An error.")
        .putObject("content")
        .putObject(JSON)
        .set("schema", Schema.reference(error(operation.path())).json());
    return node;
  }

  /** Errors have the form of the protocol that the client speaks. */
  private static String error(String path) {
    return AnthropicPaths.include(path) ? "AnthropicError" : "Error";
  }

  private static String id(Operation operation) {
    String path = operation.path().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    return operation.method().toLowerCase(Locale.ROOT) + path;
  }

  private static void parameters(ObjectNode node, String path) {
    ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
    for (String part : path.split("/")) {
      if (part.startsWith("{")) {
        parameters
            .addObject()
            .put("name", part.substring(1, part.length() - 1))
            .put("in", "path")
            .put("required", true)
            .putObject("schema")
            .put("type", "string");
      }
    }
    if (!parameters.isEmpty()) {
      node.set("parameters", parameters);
    }
  }
}

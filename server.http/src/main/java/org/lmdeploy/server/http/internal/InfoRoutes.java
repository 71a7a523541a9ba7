package org.lmdeploy.server.http.internal;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.anthropic.AnthropicModelsJson;
import org.lmdeploy.server.http.anthropic.AnthropicPaths;
import org.lmdeploy.server.http.openai.ModelsJson;

/**
 * What can be asked about the server itself; no answer waits for an engine.
 *
 * @param manager the models
 * @param inFlight the questions that are being answered
 */
record InfoRoutes(ModelManager manager, InFlight inFlight) {
  void configure(RoutesConfig routes) {
    routes.get("/health", this::health);
    routes.get("/is_sleeping", this::isSleeping);
    routes.get("/v1/models", this::models);
    routes.get(AnthropicPaths.MODELS, this::anthropicModels);
    routes.get("/v1/models/<name>", this::model); // with <>: names of models may have slashes
  }

  private void health(Context context) throws IOException {
    Health now = health();
    Responses.json(context.res(), now.httpStatus(), now.json());
  }

  /** How it is at this moment. */
  Health health() {
    return Health.of(manager.models(), inFlight.draining());
  }

  /** No model here can be sent to sleep. */
  private void isSleeping(Context context) {
    context.contentType("application/json").result("{\"is_sleeping\":false}");
  }

  private void models(Context context) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ModelsJson.writeAll(body, manager.models());
    Responses.json(context.res(), HttpStatus.OK.getCode(), body);
  }

  private void anthropicModels(Context context) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    AnthropicModelsJson.write(body, manager.models());
    Responses.json(context.res(), HttpStatus.OK.getCode(), body);
  }

  private void model(Context context) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ModelsJson.writeOne(body, manager.model(context.pathParam("name")));
    Responses.json(context.res(), HttpStatus.OK.getCode(), body);
  }
}

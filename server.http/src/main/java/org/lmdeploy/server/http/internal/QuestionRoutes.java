package org.lmdeploy.server.http.internal;

import io.javalin.config.RoutesConfig;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.Permissions;
import org.lmdeploy.server.http.ServerOptions;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.anthropic.AnthropicPaths;
import org.lmdeploy.server.http.anthropic.CountTokensEndpoint;
import org.lmdeploy.server.http.anthropic.MessagesEndpoint;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.lmdeploy.GenerateEndpoint;
import org.lmdeploy.server.http.lmdeploy.InteractiveEndpoint;
import org.lmdeploy.server.http.lmdeploy.PplEndpoint;
import org.lmdeploy.server.http.lmdeploy.Sessions;
import org.lmdeploy.server.http.openai.ChatEndpoint;
import org.lmdeploy.server.http.openai.CompletionEndpoint;
import org.lmdeploy.server.http.openai.DetokenizeEndpoint;
import org.lmdeploy.server.http.openai.EncodeEndpoint;
import org.lmdeploy.server.http.openai.LoadEndpoint;
import org.lmdeploy.server.http.openai.TokenizeEndpoint;
import org.lmdeploy.server.http.openai.UnloadEndpoint;
import org.lmdeploy.server.http.responses.ResponsesEndpoint;

/**
 * The routes by which models are asked, looked after, loaded and unloaded.
 *
 * @param models the models
 * @param timer runs heartbeats and deadlines
 * @param sessions the conversations that are kept
 * @param termination completed when a client asks for the end of the process
 */
record QuestionRoutes(
    ModelManager models,
    ServerOptions options,
    InFlight inFlight,
    ScheduledThreadPoolExecutor timer,
    Sessions sessions,
    CompletableFuture<Void> termination) {
  void configure(RoutesConfig routes) {
    int maxBodyBytes = options.limits().maxBodyBytes();
    Permissions permissions = options.access().permissions();
    JsonBody json = new JsonBody(maxBodyBytes, permissions.unknownFields());
    RequestBodies bodies = new RequestBodies(maxBodyBytes, options.limits().clientTimeout());
    Heartbeats heartbeats = new Heartbeats(timer, options.heartbeat());
    Deadlines deadlines = new Deadlines(timer, options.limits().requestTimeout());
    Map<String, Endpoint> endpoints =
        Map.of(
            "/v1/chat/completions",
            new ChatEndpoint(models, options.media()),
            "/v1/responses",
            new ResponsesEndpoint(models, options.media()),
            AnthropicPaths.MESSAGES,
            new MessagesEndpoint(models, options.media()),
            "/v1/completions",
            new CompletionEndpoint(models),
            "/get_ppl",
            new PplEndpoint(models),
            "/generate",
            new GenerateEndpoint(models, options.media()),
            "/v1/chat/interactive",
            new InteractiveEndpoint(models, options.media(), sessions));
    endpoints.forEach(
        (path, endpoint) ->
            routes.post(
                path,
                new GenerationHandler(endpoint, inFlight, bodies, json, heartbeats, deadlines)));
    routes.post(
        "/abort_request", new AbortHandler(permissions.abortRequests(), inFlight, bodies, json));
    Map<String, DirectEndpoint> admin =
        Map.of(
            "/v1/models/load", new LoadEndpoint(models),
            "/v1/models/unload", new UnloadEndpoint(models));
    boolean manage = permissions.manageModels();
    admin.forEach(
        (path, endpoint) ->
            routes.post(
                path, new AdminHandler(manage, "--enable-model-admin", endpoint, bodies, json)));
    routes.get("/terminate", new TerminateHandler(permissions.terminate(), termination));
    UnbuiltRoutes.configure(routes);
    Map<String, DirectEndpoint> direct =
        Map.of(
            "/v1/encode",
            new EncodeEndpoint(models),
            AnthropicPaths.COUNT_TOKENS,
            new CountTokensEndpoint(models, options.media()),
            "/tokenize",
            new TokenizeEndpoint(models),
            "/detokenize",
            new DetokenizeEndpoint(models));
    direct.forEach(
        (path, endpoint) -> routes.post(path, new DirectHandler(endpoint, inFlight, bodies, json)));
  }
}

package org.lmdeploy.server.http.internal;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.List;
import java.util.stream.Stream;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.openapi.Operation;

/** Routes of LMDeploy that there are not here: each says by its name what is missing. */
final class UnbuiltRoutes {
  private static final String WEIGHTS =
      "weights cannot be changed while a model is served; load it again from its new files"
          + " (POST /v1/models/unload and /v1/models/load)";
  private static final String DISTSERVE =
      "prompts and answers are computed by one engine; they cannot be divided between servers";
  private static final String SLEEP =
      "a model cannot be sent to sleep; unload it and load it again (POST /v1/models/unload and"
          + " /v1/models/load)";

  private record Route(String path, String why) {}

  private static final List<Route> POSTS =
      List.of(
          new Route("/v1/embeddings", "no served model makes embeddings; all of them answer"),
          new Route("/pooling", "no served model gives rewards; all of them answer"),
          new Route("/sleep", SLEEP),
          new Route("/wakeup", SLEEP),
          new Route("/update_weights", WEIGHTS),
          new Route("/init_weights_update_group", WEIGHTS),
          new Route("/update_weights_from_distributed", WEIGHTS),
          new Route("/destroy_weights_update_group", WEIGHTS),
          new Route("/distserve/p2p_initialize", DISTSERVE),
          new Route("/distserve/p2p_connect", DISTSERVE),
          new Route("/distserve/p2p_drop_connect", DISTSERVE),
          new Route("/distserve/free_cache", DISTSERVE));

  private static final List<Route> GETS = List.of(new Route("/distserve/engine_info", DISTSERVE));

  private UnbuiltRoutes() {}

  static void configure(RoutesConfig routes) {
    POSTS.forEach(route -> routes.post(route.path(), refusal(route)));
    GETS.forEach(route -> routes.get(route.path(), refusal(route)));
  }

  /** The same for the description of the server. */
  static Stream<Operation> operations() {
    return Stream.concat(
        POSTS.stream().map(route -> Operation.refused("POST", route.path(), route.why())),
        GETS.stream().map(route -> Operation.refused("GET", route.path(), route.why())));
  }

  private static Handler refusal(Route route) {
    return context -> {
      throw new UnsupportedFeatureException(route.path() + " is not supported: " + route.why());
    };
  }
}

package org.lmdeploy.bench.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.lmdeploy.api.error.UnavailableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a server what it serves. */
public final class ServerModels {
  private static final Duration TIME = Duration.ofSeconds(30);

  private ServerModels() {}

  /**
   * The name of the first model.
   *
   * @throws UnavailableException if the server does not answer or serves none
   */
  public static String first(URI baseUrl, Optional<String> apiKey) throws InterruptedException {
    URI address = baseUrl.resolve("/v1/models");
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIME);
    apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIME).build()) {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode name = new JsonMapper().readTree(response.body()).path("data").path(0).path("id");
      if (response.statusCode() != 200 || !name.isString()) {
        throw new UnavailableException(
            address + " names no model; status " + response.statusCode());
      }
      return name.asString();
    } catch (IOException e) {
      throw new UnavailableException(address + " does not answer: " + e, e);
    } catch (JacksonException e) {
      throw new UnavailableException(address + " answers no JSON: " + e.getOriginalMessage(), e);
    }
  }
}

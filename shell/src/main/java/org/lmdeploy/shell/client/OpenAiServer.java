package org.lmdeploy.shell.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.OverloadedException;
import org.lmdeploy.api.error.UnavailableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with OpenAI's interface: this one, LMDeploy's, or any other. Safe for many threads.
 *
 * <p>What goes wrong there is told by the exception of its kind, with the server's own words.
 */
public final class OpenAiServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** A short answer that takes longer will not come. */
  private static final Duration SHORT_ANSWER = Duration.ofSeconds(30);

  /** Enough of a page of an unknown server to tell what it is. */
  private static final int SHOWN = 300;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final String base;
  private final Optional<String> apiKey;

  /**
   * A server.
   *
   * @param url its address, with or without {@code /v1}
   * @throws InvalidRequestException if that is no address
   */
  public OpenAiServer(String url, Optional<String> apiKey) {
    this.base = base(url);
    this.apiKey = apiKey;
  }

  private static String base(String url) {
    try {
      URI uri = new URI(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return url.replaceFirst("/+$", "").replaceFirst("/v1$", "");
      }
    } catch (URISyntaxException e) {
      throw noAddress(url, e);
    }
    throw noAddress(url, null);
  }

  private static InvalidRequestException noAddress(String url, Exception cause) {
    return new InvalidRequestException(
        "url", url + " is no address of a server; one looks like http://127.0.0.1:23333", cause);
  }

  /** Its address, without a slash at its end. */
  public String url() {
    return base;
  }

  /** The names of its models. */
  public List<String> models() throws InterruptedException {
    HttpRequest request = request("/v1/models").timeout(SHORT_ANSWER).GET().build();
    try (InputStream body = send(request)) {
      List<String> names = new ArrayList<>();
      for (JsonNode model : JSON.readTree(body).path("data")) {
        names.add(model.path("id").asString());
      }
      return names;
    } catch (IOException e) {
      throw unreachable(e);
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "url", base + "/v1/models gave no JSON; " + base + " is no server of this kind", e);
    }
  }

  /** Starts an answer to a conversation; {@code request} is OpenAI's, without {@code stream}. */
  AnswerStream answer(Map<String, Object> request) throws InterruptedException {
    HttpRequest post =
        request("/v1/chat/completions")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
            .build();
    try {
      return new AnswerStream(send(post));
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request;
  }

  private InputStream send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      throw refused(response.statusCode(), new String(body.readAllBytes(), UTF_8));
    }
  }

  private LmDeployException refused(int status, String body) {
    String message = base + " answered " + status + ": " + words(body);
    return switch (status) {
      case 401, 403 -> new InvalidRequestException("api-key", message + " (--api-key gives a key)");
      case 404 -> new ModelNotFoundException(message);
      case 429 -> new OverloadedException(message);
      default ->
          status < 500
              ? new InvalidRequestException("request", message)
              : new UnavailableException(message);
    };
  }

  /** The message of an error, as OpenAI, LMDeploy or FastAPI write it; else what there is. */
  static String words(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      for (JsonNode place :
          List.of(json.path("error").path("message"), json.path("message"), json.path("detail"))) {
        if (place.isString()) {
          return place.stringValue();
        }
      }
    } catch (JacksonException e) {
      // not JSON: some other program's page, shown as it is
      return shortened(body);
    }
    return shortened(body);
  }

  private static String shortened(String body) {
    return body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "…";
  }

  private UnavailableException unreachable(IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new UnavailableException(
        "no answer from " + base + " (" + reason + "); 'lmdeploy serve api_server' starts a server",
        e);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}

package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a hub over HTTP. Redirects are followed here, so that the hub's token goes to the hub alone
 * and never to the servers that it sends us to.
 */
final class HubClient implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_ANSWER = 64 << 20;

  private final URI endpoint;
  private final Map<String, String> credentials;
  private final Duration answerTimeout;
  private final Duration idleTimeout;
  private final HttpClient client;

  /**
   * @param endpoint the hub
   * @param credentials headers for the hub alone
   * @param answerTimeout how long connecting and the head of an answer may take
   * @param idleTimeout how long a body may pause
   */
  HubClient(
      URI endpoint, Map<String, String> credentials, Duration answerTimeout, Duration idleTimeout) {
    this.endpoint = endpoint;
    this.credentials = Map.copyOf(credentials);
    this.answerTimeout = answerTimeout;
    this.idleTimeout = idleTimeout;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(answerTimeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** The whole body of an answer. */
  byte[] read(URI uri) throws IOException, InterruptedException {
    HttpResponse<BodyReader> response = get(uri, Map.of());
    try (BodyReader body = response.body()) {
      return body.all(MAX_ANSWER);
    }
  }

  /** An answer with a body, which the caller closes. */
  HttpResponse<BodyReader> get(URI uri, Map<String, String> headers)
      throws IOException, InterruptedException {
    URI next = uri;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<BodyReader> response = send("GET", next, headers);
      Optional<URI> redirect = redirect(response);
      if (redirect.isEmpty()) {
        return response;
      }
      response.body().close();
      next = redirect.get();
    }
    throw new ProtocolException("more than " + MAX_REDIRECTS + " redirects from " + uri);
  }

  /**
   * The first head on the way of redirects that has a header; what a hub knows of a file stands
   * with the redirect to its store, not in the store.
   */
  HttpHeaders head(URI uri, String wanted) throws IOException, InterruptedException {
    URI next = uri;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<BodyReader> response = send("HEAD", next, Map.of());
      response.body().close();
      Optional<URI> redirect = redirect(response);
      if (redirect.isEmpty() || response.headers().firstValue(wanted).isPresent()) {
        return response.headers();
      }
      next = redirect.get();
    }
    throw new ProtocolException("more than " + MAX_REDIRECTS + " redirects from " + uri);
  }

  private HttpResponse<BodyReader> send(String method, URI uri, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(answerTimeout)
            .header("User-Agent", "lmdeploy-java")
            // a size that is told must be the size of the file
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (origin(uri).equals(origin(endpoint))) {
      credentials.forEach(request::header);
    }
    HttpResponse<BodyReader> response =
        client.send(request.build(), info -> new BodyReader(idleTimeout));
    if (response.statusCode() >= 400) {
      response.body().close();
      throw failure(uri, response);
    }
    return response;
  }

  private static StatusException failure(URI uri, HttpResponse<?> response) {
    Duration wait =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("[0-9]{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)))
            .orElse(null);
    return new StatusException(
        uri, response.statusCode(), response.headers().firstValue("X-Error-Code").orElse(""), wait);
  }

  private Optional<URI> redirect(HttpResponse<?> response) throws ProtocolException {
    if (response.statusCode() < 300 || response.statusCode() > 399) {
      return Optional.empty();
    }
    String location =
        response
            .headers()
            .firstValue("Location")
            .orElseThrow(
                () ->
                    new ProtocolException("a redirect from " + response.uri() + " names no goal"));
    URI goal;
    try {
      goal = response.uri().resolve(location);
    } catch (IllegalArgumentException e) {
      throw protocol("a redirect from " + response.uri() + " is malformed: " + location, e);
    }
    boolean safe = "https".equalsIgnoreCase(goal.getScheme());
    boolean plain =
        "http".equalsIgnoreCase(goal.getScheme()) && "http".equalsIgnoreCase(endpoint.getScheme());
    if (goal.getHost() == null || !safe && !plain) {
      throw new ProtocolException(
          "a redirect from %s leads to %s, which is not followed".formatted(endpoint, goal));
    }
    return Optional.of(goal);
  }

  private static ProtocolException protocol(String message, Exception cause) {
    ProtocolException failure = new ProtocolException(message);
    failure.initCause(cause);
    return failure;
  }

  private static String origin(URI uri) {
    int port = uri.getPort();
    if (port < 0) {
      port = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }
    return (uri.getScheme() + "://" + uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

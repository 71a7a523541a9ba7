package org.lmdeploy.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.lmdeploy.bench.data.Request;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that speaks OpenAI's protocol, asked at {@code /v1/completions}. Each request under way
 * has a connection of its own; connections are shared out among several clients, each of which has
 * a thread for its sockets. Bodies are made before the clock starts.
 */
public final class HttpTarget implements Target, AutoCloseable {
  private static final int CLIENTS = 4;
  private static final Duration CONNECT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private final Options options;
  private final Map<Request, byte[]> bodies = new IdentityHashMap<>();
  private final List<HttpClient> clients = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /**
   * Which server is asked, and how.
   *
   * @param baseUrl its address, without {@code /v1}
   * @param apiKey the key that it wants, if it wants one
   * @param model the name of the model
   * @param kind what it understands
   * @param stream whether answers come token by token
   * @param ignoreEos whether answers go on after an end token
   * @param sampling further fields of the request, {@code temperature} above all
   */
  public record Options(
      URI baseUrl,
      Optional<String> apiKey,
      String model,
      ServerKind kind,
      boolean stream,
      boolean ignoreEos,
      Map<String, Object> sampling) {
    /** Copies the map. */
    public Options {
      sampling = Map.copyOf(sampling);
    }
  }

  /** A target for some requests. */
  public HttpTarget(Options options, List<Request> requests) {
    this.options = options;
    for (Request request : requests) {
      bodies.put(request, JSON.writeValueAsBytes(body(request)));
    }
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT)
              .build());
    }
  }

  private Map<String, Object> body(Request request) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", options.model());
    body.put("prompt", prompt(request));
    body.put("max_tokens", request.outputTokens());
    body.putAll(options.sampling());
    if (options.ignoreEos()) {
      body.put("ignore_eos", true);
    }
    body.put("stream", options.stream());
    if (options.stream()) {
      Map<String, Object> wanted = new LinkedHashMap<>();
      wanted.put("include_usage", true);
      if (options.kind().countsAlways()) {
        wanted.put("continuous_usage_stats", true);
      }
      body.put("stream_options", wanted);
    }
    return body;
  }

  private Object prompt(Request request) {
    if (options.kind().takesIds()) {
      return request.promptIds();
    }
    return request
        .promptText()
        .orElseThrow(() -> new IllegalArgumentException("this server needs prompts as texts"));
  }

  @Override
  public void answer(Request request, TokenClock clock) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(options.baseUrl().resolve("/v1/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bodies.get(request)));
    options.apiKey().ifPresent(key -> builder.header("Authorization", "Bearer " + key));
    HttpClient client = clients.get(Math.floorMod(next.getAndIncrement(), CLIENTS));
    HttpResponse<InputStream> response =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException("status " + response.statusCode() + ": " + text.strip());
      }
      if (options.stream()) {
        read(in, clock);
      } else {
        JsonNode answer = parse(in.readAllBytes());
        clock.arrive(tokens(answer));
      }
    }
  }

  /** Reads events until the one that ends the stream. */
  private void read(InputStream in, TokenClock clock) throws IOException {
    Lines lines = new Lines(in);
    int counted = -1;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (!startsWith(line, "data:")) {
        continue;
      }
      if (new String(line, 5, Math.min(8, line.length - 5), StandardCharsets.US_ASCII)
          .strip()
          .startsWith("[DONE]")) {
        finish(clock, counted);
        return;
      }
      long now = System.nanoTime();
      JsonNode event = parse(java.util.Arrays.copyOfRange(line, 5, line.length));
      if (event.has("error")) {
        throw new IOException("the server ended the answer: " + event.get("error"));
      }
      int told = event.path("usage").path("completion_tokens").asInt(-1);
      if (options.kind().countsAlways()) {
        clock.arrive(Math.max(0, told - clock.tokens()), now);
      } else if (bringsToken(event)) {
        clock.arrive(1, now);
      }
      counted = Math.max(counted, told);
    }
    throw new IOException("the stream ended before its last event");
  }

  /** A last event without text only says why the answer ended. */
  private static boolean bringsToken(JsonNode event) {
    JsonNode choice = event.path("choices").path(0);
    if (choice.isMissingNode()) {
      return false;
    }
    boolean text = !choice.path("text").asString("").isEmpty();
    return text || choice.path("finish_reason").isNull() || !choice.has("finish_reason");
  }

  /** What the server counted is what counts: an event may have brought several tokens. */
  private static void finish(TokenClock clock, int counted) throws IOException {
    if (counted < 0) {
      throw new IOException("the server did not say how many tokens its answer has (usage)");
    }
    if (counted == 0) {
      throw new IOException("the answer has no token");
    }
    if (clock.arrivals() == 0) {
      clock.arrive(1); // all text was held back until the end, which is now
    }
    if (clock.tokens() != counted) {
      clock.spread(counted);
    }
  }

  private static int tokens(JsonNode answer) throws IOException {
    JsonNode tokens = answer.path("usage").path("completion_tokens");
    if (!tokens.isInt()) {
      throw new IOException("the server did not say how many tokens its answer has (usage)");
    }
    return tokens.asInt();
  }

  private static JsonNode parse(byte[] json) throws IOException {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IOException("the server's answer is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static boolean startsWith(byte[] line, String prefix) {
    if (line.length < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (line[i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isExact() {
    return options.ignoreEos();
  }

  @Override
  public void close() {
    clients.forEach(HttpClient::shutdownNow);
  }

  /** Cuts a stream of bytes into lines as they come. */
  private static final class Lines {
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int from;
    private int to;

    Lines(InputStream in) {
      this.in = in;
    }

    /** The next line without its end, or null at the end of the stream. */
    byte[] next() throws IOException {
      line.reset();
      while (true) {
        for (int i = from; i < to; i++) {
          if (buffer[i] == '\n') {
            line.write(buffer, from, i - from);
            from = i + 1;
            return line.toByteArray();
          }
        }
        line.write(buffer, from, to - from);
        from = 0;
        to = in.read(buffer);
        if (to < 0) {
          to = 0;
          return line.size() == 0 ? null : line.toByteArray();
        }
      }
    }
  }
}

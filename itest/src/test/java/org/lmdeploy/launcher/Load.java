package org.lmdeploy.launcher;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Streaming requests that run at the same time, and how each ended. */
final class Load implements AutoCloseable {
  /** How a request ended. */
  enum Outcome {
    /** With a finish reason and the end of the stream. */
    FINISHED,
    /** With an error that says what happened. */
    CLEANLY_ENDED,
    /** Without either. */
    LOST
  }

  /**
   * How many requests ended in each way.
   *
   * @param requests all of them
   */
  record Counts(int requests, int finished, int cleanlyEnded, int lost) {}

  private final LiveServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Outcome>> requests = new ArrayList<>();
  private final List<CountDownLatch> begun = new ArrayList<>();

  Load(LiveServer server) {
    this.server = server;
  }

  /** Starts chats with a model whose answers have exactly so many tokens. */
  void start(int count, String model, int tokens) {
    for (int i = 0; i < count; i++) {
      Map<String, Object> body =
          Map.of(
              "model",
              model,
              "prompt",
              "Request " + i + ": describe the image.",
              "max_tokens",
              tokens,
              "ignore_eos",
              true,
              "stream",
              true);
      CountDownLatch started = new CountDownLatch(1);
      begun.add(started);
      requests.add(threads.submit(request(body, started)));
    }
  }

  /** Waits until every request's answer has begun. */
  void awaitRunning() throws InterruptedException {
    for (CountDownLatch one : begun) {
      one.await();
    }
  }

  /** How many have not ended yet. */
  long running() {
    return requests.stream().filter(request -> !request.isDone()).count();
  }

  /** Waits for all ends. */
  Counts counts() throws Exception {
    int[] counts = new int[Outcome.values().length];
    for (Future<Outcome> request : requests) {
      counts[request.get().ordinal()]++;
    }
    return new Counts(requests.size(), counts[0], counts[1], counts[2]);
  }

  private Callable<Outcome> request(Map<String, Object> body, CountDownLatch started) {
    return () -> {
      try {
        HttpResponse<Stream<String>> response =
            server.client.send(
                server.post("/v1/completions", body), HttpResponse.BodyHandlers.ofLines());
        started.countDown();
        try (Stream<String> lines = response.body()) {
          List<String> all = lines.filter(line -> !line.isBlank()).toList();
          return response.statusCode() == 200 ? ofStream(all) : ofError(String.join("", all));
        }
      } catch (IOException e) {
        return Outcome.LOST;
      } finally {
        started.countDown();
      }
    };
  }

  private static Outcome ofStream(List<String> lines) {
    boolean finished = false;
    for (String line : lines) {
      if (line.equals("data: [DONE]")) {
        return finished ? Outcome.FINISHED : Outcome.LOST;
      }
      if (line.startsWith("data: ")) {
        JsonNode event = LiveServer.JSON.readTree(line.substring("data: ".length()));
        if (event.has("error")) {
          return ofError(event);
        }
        JsonNode choices = event.path("choices");
        finished |= !choices.isEmpty() && choices.get(0).path("finish_reason").isString();
      }
    }
    return Outcome.LOST;
  }

  private static Outcome ofError(String body) {
    return body.startsWith("{") ? ofError(LiveServer.JSON.readTree(body)) : Outcome.LOST;
  }

  private static Outcome ofError(JsonNode json) {
    JsonNode error = json.path("error");
    boolean clear =
        error.path("code").asString("").equals("engine_unavailable")
            && !error.path("message").asString("").isEmpty();
    return clear ? Outcome.CLEANLY_ENDED : Outcome.LOST;
  }

  @Override
  public void close() {
    threads.close();
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;

/**
 * Every pair of edge values of two sampling parameters, over HTTP and the real engine: each request
 * is answered or refused, and never fails.
 */
@Timeout(300)
class PairwiseTest {
  private static final int CLIENTS = 32;

  private static final Map<String, List<String>> EDGES = new LinkedHashMap<>();

  static {
    EDGES.put("temperature", List.of("0", "1e-6", "2"));
    EDGES.put("top_p", List.of("0", "1e-9", "1"));
    EDGES.put("top_k", List.of("0", "1", "2147483647"));
    EDGES.put("min_p", List.of("0", "1"));
    EDGES.put("repetition_penalty", List.of("1e-6", "1", "1000"));
    EDGES.put("presence_penalty", List.of("-2", "2"));
    EDGES.put("frequency_penalty", List.of("-2", "2"));
    EDGES.put("max_tokens", List.of("1", "3"));
    EDGES.put("min_new_tokens", List.of("0", "1", "3"));
    EDGES.put("ignore_eos", List.of("true", "false"));
    EDGES.put("seed", List.of("0", "-9223372036854775808", "9223372036854775807"));
    EDGES.put("stop", List.of("[]", "\"e\"", "[\"\\u0000\",\"<|im_end|>\",\"xyzzy plugh\"]"));
    EDGES.put("stop_token_ids", List.of("[]", "[0]", "[2]"));
    EDGES.put("bad_words", List.of("[]", "[\" \",\"the\",\"<|im_end|>\"]"));
    EDGES.put("bad_token_ids", List.of("[]", "[2]", "ALL_IDS"));
    EDGES.put("logit_bias", List.of("{}", "{\"0\":-100,\"2\":100}", "ALL_BIAS"));
    EDGES.put("skip_special_tokens", List.of("true", "false"));
    EDGES.put("include_stop_str_in_output", List.of("true", "false"));
    EDGES.put("repetition_ngram_size", List.of("0", "1", "2147483647"));
    EDGES.put("repetition_ngram_threshold", List.of("0", "1", "2147483647"));
    EDGES.put("n", List.of("1", "3"));
    EDGES.put("return_token_ids", List.of("true"));
    EDGES.put("return_logprob", List.of("true", "false"));
    EDGES.put("stream", List.of("true", "false"));
  }

  /** A field with one of its values. */
  private record Setting(String field, String value) {
    String json() {
      return "\"" + field + "\":" + value;
    }
  }

  @Test
  void noPairFails() throws Exception {
    try (StandaloneModelManager manager =
            StandaloneModelManager.open(PairwiseTest.class.getClassLoader());
        RunningServer server = new HttpServers(manager.models()).start(TestServer.OPTIONS);
        HttpClient client = HttpClient.newHttpClient()) {
      EngineOptions options =
          new EngineOptions(OptionalInt.of(256), 64, 0.5, 16, true, 2048, 0, 1, 1);
      ServedModel model =
          manager.models().load(LoadOptions.of("tiny-internvl2", options), stage -> {});
      Asker asker = new Asker(client, server.url(), model.tokenizer().vocabSize());
      List<List<Setting>> requests = pairs();
      assertTrue(requests.size() > 1500, "requests " + requests.size());
      run(asker, requests);
      assertTrue(asker.answered() > requests.size() / 2, "answered " + asker.answered());
      assertEquals(List.of(), List.copyOf(asker.failures));
    }
  }

  private static void run(Asker asker, List<List<Setting>> requests)
      throws InterruptedException, ExecutionException {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        int number = i;
        all.add(
            clients.submit(
                () -> {
                  asker.ask(number, requests.get(number));
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static List<List<Setting>> pairs() {
    List<Setting> settings = new ArrayList<>();
    EDGES.forEach(
        (field, values) -> values.forEach(value -> settings.add(new Setting(field, value))));
    List<List<Setting>> pairs = new ArrayList<>();
    for (Setting one : settings) {
      for (Setting other : settings) {
        if (one.field().compareTo(other.field()) < 0) {
          pairs.add(List.of(one, other));
        }
      }
    }
    return pairs;
  }

  /** Asks, and notes what was not as it should be. */
  private static final class Asker {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final HttpClient client;
    private final String url;
    private final String allIds;
    private final String allBias;

    Asker(HttpClient client, String url, int vocabulary) {
      this.client = client;
      this.url = url;
      allIds = numbers(vocabulary, "", "[", "]");
      allBias = numbers(2048, ":-100", "{", "}");
    }

    private static String numbers(int count, String value, String before, String after) {
      String quote = value.isEmpty() ? "" : "\"";
      return IntStream.range(0, Math.min(count, 2048))
          .mapToObj(id -> quote + id + quote + value)
          .collect(Collectors.joining(",", before, after));
    }

    int answered() {
      return answers.size();
    }

    void ask(int number, List<Setting> settings) throws Exception {
      String fields = settings.stream().map(Setting::json).collect(Collectors.joining(","));
      boolean limited = settings.stream().anyMatch(setting -> setting.field().equals("max_tokens"));
      fields += limited ? "" : ",\"max_tokens\":3";
      String body =
          number % 2 == 0
              ? TestServer.chatBody("a", fields)
              : "{\"prompt\":[\"a\"],\"echo\":true," + fields + "}";
      String path = number % 2 == 0 ? TestServer.CHAT : TestServer.COMPLETIONS;
      body = body.replace("ALL_IDS", allIds).replace("ALL_BIAS", allBias);
      HttpResponse<String> reply =
          client.send(
              HttpRequest.newBuilder(URI.create(url + path))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      boolean failed =
          reply.statusCode() >= 500
              || reply.body().contains("\"internal_error\"")
              || reply.body().contains("\"device_failure\"");
      if (reply.statusCode() == 200 && !failed) {
        answers.add(number);
      } else if (failed || reply.statusCode() != 400) {
        failures.add(fields + " -> " + reply.statusCode() + " " + reply.body());
      }
    }
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.runtime.StandaloneModelManager;
import org.lmdeploy.server.http.RunningServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** LMDeploy's own routes and fields over the real engine with the demo model. */
@Timeout(300)
class DemoRoutesTest {
  private static final String INTERACTIVE = "/v1/chat/interactive";
  private static final int BLOCK = 16;
  private static final int CONVERSATIONS = 24;
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static StandaloneModelManager manager;
  private static ServedModel model;
  private static RunningServer server;
  private static String image;

  @BeforeAll
  static void start() throws Exception {
    manager = StandaloneModelManager.open(DemoRoutesTest.class.getClassLoader());
    server = new HttpServers(manager.models()).start(TestServer.OPTIONS);
    EngineOptions options =
        new EngineOptions(OptionalInt.of(1024), 32, 0.5, BLOCK, false, 2048, 0, 1, 1);
    model = manager.models().load(LoadOptions.of("tiny-internvl2", options), stage -> {});
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("docs")) ? here : here.getParent();
    byte[] png = Files.readAllBytes(root.resolve("docs/images/scene.png"));
    image = "'data:image/png;base64," + Base64.getEncoder().encodeToString(png) + "'";
  }

  @AfterAll
  static void stop() {
    server.stop();
    manager.close();
    CLIENT.shutdownNow();
  }

  private static CompletableFuture<HttpResponse<String>> later(String path, String fields) {
    return CLIENT.sendAsync(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{" + fields.replace('\'', '"') + "}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode post(String path, String fields) {
    HttpResponse<String> reply = later(path, fields).join();
    assertEquals(200, reply.statusCode(), reply.body());
    return JSON.readTree(reply.body());
  }

  private static String ids(int[] ids) {
    return JSON.writeValueAsString(ids);
  }

  private static int[] ints(JsonNode list) {
    return list.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  private static JsonNode turn(int session, String prompt) {
    return post(
        INTERACTIVE,
        "'session_id':%d,'interactive_mode':true,'temperature':0,'request_output_len':24,%s"
            .formatted(session, prompt));
  }

  /** The second turn computes its own tokens alone: even the first answer's are in the cache. */
  @Test
  void aTurnGoesOnFromTheTokensOfTheLastOne() {
    JsonNode first = turn(1, "'prompt':'Describe this image.','image_url':" + image);
    assertEquals(0, first.get("history_tokens").intValue());
    assertTrue(first.get("text").stringValue().contains("circle"), first::toString);
    int history = first.get("input_tokens").intValue() + first.get("tokens").intValue();
    JsonNode second = turn(1, "'prompt':'How many shapes are there?'");
    assertEquals(history, second.get("history_tokens").intValue());
    // the last token of an answer was drawn and never computed
    assertEquals((history - 1) / BLOCK * BLOCK, second.get("cached_tokens").intValue());
    assertTrue(
        second.get("cached_tokens").intValue() > first.get("input_tokens").intValue(),
        second::toString);
    // the same conversation as messages: the demo model's answers are tokenized as they were drawn
    JsonNode whole =
        post(
            TestServer.CHAT,
            ("'temperature':0,'max_tokens':24,'messages':[{'role':'user','content':[{'type':"
                    + "'image_url','image_url':{'url':%s}},{'type':'text','text':'Describe this"
                    + " image.'}]},{'role':'assistant','content':%s},{'role':'user','content':"
                    + "'How many shapes are there?'}]")
                .formatted(image, first.get("text")));
    assertEquals(
        whole.at("/choices/0/message/content").stringValue(), second.get("text").stringValue());
    assertEquals(
        whole.at("/usage/prompt_tokens").intValue(),
        second.get("history_tokens").intValue() + second.get("input_tokens").intValue());
  }

  @Test
  void concurrentConversationsAreIndependent() {
    List<String> alone = new ArrayList<>();
    for (int i = 0; i < CONVERSATIONS; i++) {
      turn(100 + i, "'prompt':'Hello number " + i + "'");
      alone.add(turn(100 + i, "'prompt':'And what is that?'").get("text").stringValue());
    }
    List<CompletableFuture<String>> together = new ArrayList<>();
    for (int i = 0; i < CONVERSATIONS; i++) {
      int session = 200 + i;
      String hello = "'prompt':'Hello number " + i + "'";
      together.add(
          CompletableFuture.supplyAsync(
              () -> {
                turn(session, hello);
                return turn(session, "'prompt':'And what is that?'").get("text").stringValue();
              }));
    }
    for (int i = 0; i < CONVERSATIONS; i++) {
      assertEquals(alone.get(i), together.get(i).join());
    }
  }

  @Test
  void textAndItsTokenIdsAreContinuedAlike() {
    String fields = "'temperature':0,'max_tokens':8,'return_logprob':true,";
    JsonNode byText = post("/generate", fields + "'prompt':'The image shows'");
    int[] prompt = model.tokenizer().encode("The image shows", true);
    JsonNode byIds = post("/generate", fields + "'input_ids':" + ids(prompt));
    assertEquals(byText, byIds);
    assertEquals(prompt.length, byText.at("/meta_info/prompt_tokens").intValue());
    int[] answer = ints(byText.get("output_ids"));
    assertEquals(byText.get("text").stringValue(), model.tokenizer().decode(answer, true));
    for (int i = 0; i < answer.length; i++) {
      JsonNode pair = byText.at("/meta_info/output_token_logprobs/" + i);
      assertEquals(answer[i], pair.get(1).intValue());
      assertTrue(pair.get(0).floatValue() <= 0, pair::toString);
    }
    JsonNode chat =
        post(
            TestServer.CHAT,
            fields + "'messages':[],'return_token_ids':true,'input_ids':" + ids(prompt));
    assertEquals(byText.get("output_ids"), chat.at("/choices/0/output_ids"));
    chat =
        post(
            TestServer.CHAT,
            fields
                + "'do_preprocess':false,'return_token_ids':true,'messages':[{'role':'user',"
                + "'content':'The image'},{'role':'user','content':' shows'}]");
    assertEquals(byText.get("output_ids"), chat.at("/choices/0/output_ids"));
  }

  /** An image in a text, at its mark, and at its placeholder among ids makes one prompt. */
  @Test
  void imagesStandWhereTheyArePlaced() {
    String fields = "'temperature':0,'max_tokens':12,'image_data':" + image + ",";
    String before = "<img>";
    JsonNode byText = post("/generate", fields + "'prompt':'a <IMAGE_TOKEN> b'");
    int[] front = model.tokenizer().encode("a " + before, true);
    int[] back = model.tokenizer().encode("</img> b", false);
    int placeholder = model.tokenizer().tokenId("<IMG_CONTEXT>").orElseThrow();
    int[] ids = new int[front.length + 1 + back.length];
    System.arraycopy(front, 0, ids, 0, front.length);
    ids[front.length] = placeholder;
    System.arraycopy(back, 0, ids, front.length + 1, back.length);
    JsonNode byIds = post("/generate", fields + "'input_ids':" + ids(ids));
    assertEquals(byText, byIds);
    JsonNode inFront = post("/generate", fields + "'prompt':'c'");
    assertEquals(inFront, post("/generate", fields + "'prompt':'<IMAGE_TOKEN>\\nc'"));
    HttpResponse<String> wrong = later("/generate", fields + "'input_ids':[5,6]").join();
    assertEquals(400, wrong.statusCode());
    assertTrue(wrong.body().contains("for 0 of 1 images"), wrong.body());
  }

  @Test
  void perplexityIsTheMeanOfTheEchoedLogProbabilities() {
    String text = "The image shows a green circle in the top center";
    int[] ids = model.tokenizer().encode(text, true);
    double ppl = post("/get_ppl", "'input':'" + text + "'").get("ppl").doubleValue();
    assertEquals(ppl, post("/get_ppl", "'input':" + ids(ids)).get("ppl").doubleValue());
    JsonNode echo =
        post(
            TestServer.COMPLETIONS,
            "'prompt':'" + text + "','echo':true,'logprobs':2,'max_tokens':1,'temperature':0");
    JsonNode logprobs = echo.at("/choices/0/logprobs");
    assertEquals(ids.length + 1, logprobs.get("tokens").size());
    assertTrue(logprobs.at("/token_logprobs/0").isNull());
    assertTrue(logprobs.at("/top_logprobs/0").isNull());
    assertEquals(2, logprobs.at("/top_logprobs/1").size());
    double sum = 0;
    for (int i = 1; i < ids.length; i++) {
      sum -= logprobs.at("/token_logprobs/" + i).doubleValue();
    }
    assertEquals(ppl, sum / (ids.length - 1), 1e-4);
    assertTrue(echo.at("/choices/0/text").stringValue().startsWith(text));
    assertEquals(text.length(), logprobs.at("/text_offset/" + ids.length).intValue());
    // nonsense is less expected
    double nonsense =
        post("/get_ppl", "'input':'top the center shows a a in of'").get("ppl").doubleValue();
    assertTrue(nonsense > ppl, nonsense + " > " + ppl);
    assertEquals(400, later("/get_ppl", "'input':[5]").join().statusCode());
    assertEquals(400, later("/get_ppl", "'input':''").join().statusCode());
  }

  /** Streamed, the prompt comes with the first event, and the whole is the same. */
  @Test
  void anEchoIsStreamed() {
    String fields =
        "'prompt':'The image','echo':true,'logprobs':1,'max_tokens':3,'temperature':0,'n':2";
    JsonNode whole = post(TestServer.COMPLETIONS, fields);
    String events = later(TestServer.COMPLETIONS, fields + ",'stream':true").join().body();
    for (int choice = 0; choice < 2; choice++) {
      StringBuilder text = new StringBuilder();
      List<JsonNode> tokens = new ArrayList<>();
      List<JsonNode> offsets = new ArrayList<>();
      for (String line : events.split("\n\n")) {
        if (line.startsWith("data: {")) {
          JsonNode part = JSON.readTree(line.substring(6)).at("/choices/0");
          if (part.get("index").intValue() == choice) {
            text.append(part.get("text").stringValue());
            part.at("/logprobs/tokens").forEach(tokens::add);
            part.at("/logprobs/text_offset").forEach(offsets::add);
          }
        }
      }
      JsonNode wanted = whole.at("/choices/" + choice);
      assertEquals(wanted.get("text").stringValue(), text.toString());
      assertEquals(wanted.at("/logprobs/tokens").valueStream().toList(), tokens);
      assertEquals(wanted.at("/logprobs/text_offset").valueStream().toList(), offsets);
    }
  }

  @Test
  void repetitionEndsAnAnswer() {
    String fields =
        "'prompt':'The image shows','temperature':0,'ignore_eos':true,'max_tokens':100,"
            + "'return_token_ids':true,'repetition_ngram_size':1,'repetition_ngram_threshold':3";
    JsonNode answer = post(TestServer.COMPLETIONS, fields).at("/choices/0");
    int[] ids = ints(answer.get("output_ids"));
    assertEquals("stop", answer.get("finish_reason").stringValue());
    int last = ids[ids.length - 1];
    assertEquals(3, java.util.Arrays.stream(ids).filter(id -> id == last).count());
  }

  @Test
  void oneMoreModelIsServedAndTakenAway() {
    ServedModel two =
        manager.models().load(LoadOptions.of("tiny-internvl2").withName("two"), line -> {});
    try {
      assertEquals(
          "two",
          post("/v1/completions", "'model':'two','prompt':'a','max_tokens':1")
              .get("model")
              .stringValue());
      assertEquals(404, later("/generate", "'model':'three','prompt':'a'").join().statusCode());
    } finally {
      manager.models().unload(two.name());
    }
  }
}

package org.lmdeploy.server.http.internal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.parser.QwenToolParser;
import org.lmdeploy.parser.ThinkReasoningParser;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.server.http.answer.AnswerTracker;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.anthropic.MessagesEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonBody;
import org.lmdeploy.server.http.lmdeploy.GenerateEndpoint;
import org.lmdeploy.server.http.lmdeploy.InteractiveEndpoint;
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
 * Whatever is done to a request that was right, it is understood or refused, and never a defect.
 */
class MutationTest {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e999",
          "0.5",
          "99999999999999999999",
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[null]",
          "[[1]]",
          "{\"a\":null}",
          "[\"\"]",
          "\"\\ud800\"",
          "NaN",
          "-0.0",
          "[1e99]");
  private static final String CHAT =
      """
      {"model":"fake","messages":[{"role":"system","content":"s"},{"role":"user","content":[
      {"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:,","detail":"low"}}]},
      {"role":"assistant","content":null,"tool_calls":[]}],"temperature":0.5,"top_p":0.9,"top_k":4,
      "min_p":0.1,"max_tokens":5,"min_new_tokens":1,"stop":["a","b"],"stop_token_ids":[1],
      "bad_words":["w"],"seed":1,"n":2,"logprobs":true,"top_logprobs":2,"logit_bias":{"5":1},
      "presence_penalty":1,"frequency_penalty":1,"repetition_penalty":1.1,"ignore_eos":false,
      "stream":true,"stream_options":{"include_usage":true},"response_format":{"type":"text"},
      "chat_template_kwargs":{"a":[1,{"b":2}]},"tools":[],"tool_choice":"auto","user":"u",
      "return_token_ids":true,"return_logprob":true,"repetition_ngram_size":2,
      "repetition_ngram_threshold":3,"do_preprocess":false,
      "mm_processor_kwargs":{"image":{"max_dynamic_patch":2}}}\
      """;
  private static final String GENERATE =
      """
      {"model":"fake","prompt":"a","image_data":["data:,",{"url":"data:,","detail":"low"}],
      "return_logprob":true,"max_tokens":4,"stop":["a"],"stream":true,"session_id":-1,
      "spaces_between_special_tokens":true,"media_io_kwargs":{"image":{}},"top_k":1}\
      """;
  private static final String IDS =
      """
      {"messages":[],"input_ids":[1,2,3],"image_data":{"url":"data:,"},"n":2,"max_tokens":2}\
      """;
  private static final String INTERACTIVE =
      """
      {"prompt":"a","image_url":["data:,"],"session_id":3,"interactive_mode":true,"cancel":false,
      "request_output_len":3,"stop":"x","top_p":0.8,"adapter_name":null,"stream":false}\
      """;
  private static final String LOAD =
      """
      {"model":"folder","name":"a","chat_template":"base","backend":null,"session_len":100,
      "cache_max_entry_count":0.5,"enable_prefix_caching":true,"max_batch_size":4}\
      """;
  private static final String TOOLS =
      """
      {"messages":[{"role":"user","content":"a"},{"role":"assistant","reasoning_content":"r",
      "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\\"a\\": 1}"}}]},
      {"role":"tool","tool_call_id":"c","content":"5"}],"parallel_tool_calls":false,
      "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
      "parameters":{"type":"object"}}}],"tool_choice":{"type":"allowed_tools","allowed_tools":
      {"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}}\
      """;
  private static final String MESSAGES =
      """
      {"max_tokens":5,"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":[
      {"type":"text","text":"a"},{"type":"image","source":{"type":"url","url":"http://a/b"}}]},
      {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
      {"type":"tool_use","id":"c","name":"f","input":{"a":1}}]},{"role":"user","content":[
      {"type":"tool_result","tool_use_id":"c","content":"5","is_error":true}]}],"top_k":3,
      "tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
      "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},
      "thinking":{"type":"enabled","budget_tokens":1024},"stop_sequences":["x"]}\
      """;
  private static final String RESPONSES =
      """
      {"instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"a"},
      {"type":"input_image","image_url":"data:,","detail":"low"}]},{"type":"reasoning","id":"r",
      "summary":[],"content":[{"type":"reasoning_text","text":"t"}]},{"type":"function_call",
      "id":"i","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output",
      "call_id":"c","output":"5"}],"tools":[{"type":"function","name":"f","strict":false,
      "parameters":{"type":"object"}}],"tool_choice":{"type":"function","name":"f"},
      "text":{"format":{"type":"json_schema","name":"n","schema":{},"strict":true}},
      "max_output_tokens":4,"store":false,"include":[],"truncation":"disabled","reasoning":{}}\
      """;
  private static final String COMPLETION =
      """
      {"model":"fake","prompt":["a",[1,2]],"echo":true,"n":2,"best_of":2,"logprobs":null,
      "suffix":"","max_completion_tokens":3,"stop":"x","metadata":{"k":"v"},"seed":-1}\
      """;

  private final FakeManager manager = new FakeManager();

  MutationTest() {
    FakeModel model = new FakeModel("fake");
    model.toolParser = Optional.of(new QwenToolParser());
    model.reasoningParser = Optional.of(new ThinkReasoningParser());
    manager.models.add(model);
  }

  @Test
  void chat() {
    check(3000, CHAT, generating(new ChatEndpoint(manager, MediaPolicy.DEFAULT)));
    check(500, IDS, generating(new ChatEndpoint(manager, MediaPolicy.DEFAULT)));
  }

  @Test
  void tools() {
    check(1000, TOOLS, generating(new ChatEndpoint(manager, MediaPolicy.DEFAULT)));
    check(1000, MESSAGES, generating(new MessagesEndpoint(manager, MediaPolicy.DEFAULT)));
    check(1000, RESPONSES, generating(new ResponsesEndpoint(manager, MediaPolicy.DEFAULT)));
  }

  @Test
  void completions() {
    check(2500, COMPLETION, generating(new CompletionEndpoint(manager)));
  }

  @Test
  void generate() {
    check(1500, GENERATE, generating(new GenerateEndpoint(manager, MediaPolicy.DEFAULT)));
  }

  @Test
  void interactive() {
    Sessions sessions = new Sessions(1000, Duration.ofMinutes(1), System::nanoTime);
    check(
        1500,
        INTERACTIVE,
        generating(new InteractiveEndpoint(manager, MediaPolicy.DEFAULT, sessions)));
  }

  @Test
  void tokens() {
    check(250, "{\"input\":[\"a\",\"b\"],\"add_bos\":true}", direct(new EncodeEndpoint(manager)));
    check(
        250,
        "{\"prompt\":\"a\",\"add_special_tokens\":true,\"return_token_strs\":true}",
        direct(new TokenizeEndpoint(manager)));
    check(250, "{\"tokens\":[1,2,3]}", direct(new DetokenizeEndpoint(manager)));
  }

  @Test
  void models() {
    check(
        500,
        LOAD,
        body -> {
          manager.models.subList(1, manager.models.size()).clear();
          new LoadEndpoint(manager).answer(body, OutputStream.nullOutputStream());
        });
    check(
        250,
        "{\"name\":\"fake\"}",
        body -> {
          manager.models.clear();
          manager.models.add(new FakeModel("fake"));
          new UnloadEndpoint(manager).answer(body, OutputStream.nullOutputStream());
        });
  }

  private static Consumer<Fields> direct(DirectEndpoint endpoint) {
    return body -> endpoint.answer(body, OutputStream.nullOutputStream());
  }

  /** Reads all answers and writes them. */
  private static Consumer<Fields> generating(Endpoint endpoint) {
    return body -> {
      GenerationPlan plan = endpoint.plan(body);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<GenerationStream> streams = new ArrayList<>();
      List<AnswerTracker> trackers = new ArrayList<>();
      List<WholeChoice> answers = new ArrayList<>();
      for (int i = 0; i < plan.choices().size(); i++) {
        GenerationStream stream = plan.choices().get(i).open().get();
        streams.add(stream);
        answers.add(new WholeChoice());
        trackers.add(new AnswerTracker(plan.choices().get(i).reader().get()));
        for (GenerationChunk chunk : all(stream)) {
          answers.getLast().add(trackers.getLast().next(chunk, stream.stopWord()));
        }
        stream.close();
      }
      plan.writer().whole(out, answers, Usage.of(plan.choices(), streams, trackers));
    };
  }

  private static List<GenerationChunk> all(GenerationStream stream) {
    List<GenerationChunk> chunks = new ArrayList<>();
    try {
      Optional<GenerationChunk> chunk = stream.next();
      while (chunk.isPresent()) {
        chunks.add(chunk.get());
        chunk = stream.next();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return chunks;
  }

  private static void check(int rounds, String right, Consumer<Fields> endpoint) {
    JsonBody json = new JsonBody(1 << 20);
    endpoint.accept(json.parse(bytes(right)));
    Random random = new Random(42);
    List<Integer> starts =
        IntStream.range(1, right.length())
            .filter(i -> ":[,".indexOf(right.charAt(i - 1)) >= 0)
            .boxed()
            .toList();
    int understood = 0;
    for (int round = 0; round < rounds; round++) {
      byte[] body = mutated(right, starts, random);
      try {
        endpoint.accept(json.parse(body));
        understood++;
      } catch (LmDeployException e) {
        assertTrue(e.code().httpStatus() < 500, e::toString);
      } catch (RuntimeException e) {
        fail(new String(body, StandardCharsets.UTF_8), e);
      }
    }
    assertTrue(understood > rounds / 400 && understood < rounds, "understood " + understood);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] mutated(String right, List<Integer> starts, Random random) {
    if (random.nextInt(4) == 0) {
      byte[] body = bytes(right);
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      return body;
    }
    // another value in the place of one; quite often the result is JSON
    int start = starts.get(random.nextInt(starts.size()));
    int end = start;
    while (",]}".indexOf(right.charAt(end)) < 0) {
      end++;
    }
    String value = VALUES.get(random.nextInt(VALUES.size()));
    return bytes(right.substring(0, start) + value + right.substring(end));
  }
}

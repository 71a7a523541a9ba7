package org.lmdeploy.server.http.internal;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.runtime.ChatHistory;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;

/** A model that answers by a script and remembers what it was asked. */
final class FakeModel implements ServedModel {
  /** What was asked of it. */
  record Call(Object prompt, GenerationConfig config, FakeStream stream) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  private final String name;
  private final FakeTokenizer tokenizer = new FakeTokenizer();
  private volatile BiFunction<String, GenerationConfig, FakeStream> script =
      (prompt, config) -> new FakeStream().text("Hé").text("llo").finish(FinishReason.STOP);

  private volatile EngineStats stats =
      new EngineStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
  volatile Optional<ToolParser> toolParser = Optional.empty();
  volatile Optional<ReasoningParser> reasoningParser = Optional.empty();
  volatile Set<String> variables = Set.of();
  volatile String promptEnd = "";

  FakeModel(String name) {
    this.name = name;
  }

  /** Sets how it answers, by the last text of the prompt. */
  FakeModel script(BiFunction<String, GenerationConfig, FakeStream> newScript) {
    script = newScript;
    return this;
  }

  Call lastCall() {
    return calls.getLast();
  }

  private FakeStream answer(Object prompt, String text, GenerationConfig config) {
    FakeStream stream = script.apply(text, config);
    calls.add(new Call(prompt, config, stream));
    return stream;
  }

  @Override
  public PreparedChat prepare(ChatRequest request) {
    return resume(ChatHistory.EMPTY, request);
  }

  @Override
  public PreparedChat resume(ChatHistory before, ChatRequest request) {
    return new FakeChat(this, before, request, request.messages().getLast().text());
  }

  @Override
  public PreparedChat prepareUntemplated(ChatRequest request) {
    String text = request.messages().stream().map(ChatMessage::text).collect(joining());
    return new FakeChat(this, ChatHistory.EMPTY, request, text);
  }

  @Override
  public PreparedChat prepareIds(int[] ids, List<ImagePart> images, MediaPolicy media) {
    return new FakeChat(this, ChatHistory.EMPTY, ids, tokenizer.decode(ids, true));
  }

  /**
   * A conversation whose tokens are those of its last text.
   *
   * @param asked what was asked: a request or ids
   */
  private record FakeChat(FakeModel model, ChatHistory before, Object asked, String text)
      implements PreparedChat {
    @Override
    public GenerationStream generate(GenerationConfig config) {
      return model.answer(asked, text, config).after(before.ids().length);
    }

    @Override
    public int promptTokens() {
      return before.ids().length + FakeStream.PROMPT_TOKENS;
    }

    @Override
    public String promptEnd() {
      return model.promptEnd;
    }

    @Override
    public ChatHistory answered(List<Integer> answerIds) {
      List<ChatMessage> messages = new ArrayList<>(before.messages());
      if (asked instanceof ChatRequest request) {
        messages.addAll(request.messages());
      }
      messages.add(ChatMessage.of("assistant", ""));
      int[] ids =
          IntStream.concat(
                  IntStream.of(before.ids()),
                  IntStream.concat(
                      IntStream.range(0, FakeStream.PROMPT_TOKENS),
                      answerIds.stream().mapToInt(Integer::intValue)))
              .toArray();
      return new ChatHistory(messages, ids, List.of());
    }
  }

  @Override
  public GenerationStream complete(String prompt, GenerationConfig config) {
    return answer(prompt, prompt, config);
  }

  @Override
  public GenerationStream complete(int[] promptIds, GenerationConfig config) {
    return answer(promptIds, tokenizer.decode(promptIds, true), config);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path folder() {
    return Path.of(name);
  }

  @Override
  public Instant loadedAt() {
    return Instant.ofEpochSecond(1_700_000_000L);
  }

  @Override
  public boolean takesImages() {
    return true;
  }

  @Override
  public List<String> why() {
    return List.of("made of nothing");
  }

  @Override
  public int sessionLen() {
    return 2048;
  }

  @Override
  public MemoryPlan plan() {
    return new MemoryPlan(0, 0, 0, 0, 0, 64, List.of());
  }

  @Override
  public DeviceInfo device() {
    return new DeviceInfo("fake", "fake", "no device", 0, true, List.of());
  }

  @Override
  public EngineStats stats() {
    return stats;
  }

  void setStats(EngineStats newStats) {
    stats = newStats;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ToolParser> toolParser() {
    return toolParser;
  }

  @Override
  public Optional<ReasoningParser> reasoningParser() {
    return reasoningParser;
  }

  @Override
  public boolean templateTakes(String variable) {
    return variables.contains(variable);
  }

  @Override
  public Set<String> specialTokens() {
    return Set.of("<|end|>", "<|action_start|>", "<|plugin|>");
  }

  @Override
  public GenerationConfig samplingDefaults() {
    return GenerationConfig.builder().doSample(true).temperature(0.7).topP(1).topK(40).build();
  }
}

package org.lmdeploy.server.http.observe;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.EngineStats;
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

/**
 * A model whose requests are counted.
 *
 * @param model answers
 * @param metrics counts
 * @param prompts logs what is asked
 */
record ObservedModel(ServedModel model, ModelMetrics metrics, PromptLog prompts)
    implements ServedModel {
  @Override
  public PreparedChat prepare(ChatRequest request) {
    prompts.conversation(request);
    return prepared(() -> model.prepare(request));
  }

  @Override
  public PreparedChat prepareUntemplated(ChatRequest request) {
    prompts.conversation(request);
    return prepared(() -> model.prepareUntemplated(request));
  }

  @Override
  public PreparedChat prepareIds(int[] ids, List<ImagePart> images, MediaPolicy media) {
    prompts.ids(ids);
    return prepared(() -> model.prepareIds(ids, images, media));
  }

  @Override
  public PreparedChat resume(ChatHistory history, ChatRequest request) {
    prompts.conversation(request);
    return prepared(() -> model.resume(history, request));
  }

  private PreparedChat prepared(Supplier<PreparedChat> preparing) {
    long arrived = System.nanoTime();
    metrics.preparing.increment();
    try {
      return new Prepared(preparing.get(), arrived);
    } finally {
      metrics.preparing.decrement();
    }
  }

  @Override
  public GenerationStream complete(String prompt, GenerationConfig config) {
    long arrived = System.nanoTime();
    prompts.text(prompt);
    return observed(model.complete(prompt, config), arrived);
  }

  @Override
  public GenerationStream complete(int[] promptIds, GenerationConfig config) {
    long arrived = System.nanoTime();
    prompts.ids(promptIds);
    return observed(model.complete(promptIds, config), arrived);
  }

  private GenerationStream observed(GenerationStream stream, long arrived) {
    return new ObservedStream(stream, model.name(), metrics, arrived);
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Path folder() {
    return model.folder();
  }

  @Override
  public Instant loadedAt() {
    return model.loadedAt();
  }

  @Override
  public boolean takesImages() {
    return model.takesImages();
  }

  @Override
  public List<String> why() {
    return model.why();
  }

  @Override
  public int sessionLen() {
    return model.sessionLen();
  }

  @Override
  public MemoryPlan plan() {
    return model.plan();
  }

  @Override
  public DeviceInfo device() {
    return model.device();
  }

  @Override
  public EngineStats stats() {
    return model.stats();
  }

  @Override
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  @Override
  public GenerationConfig samplingDefaults() {
    return model.samplingDefaults();
  }

  @Override
  public Optional<ToolParser> toolParser() {
    return model.toolParser();
  }

  @Override
  public Optional<ReasoningParser> reasoningParser() {
    return model.reasoningParser();
  }

  @Override
  public boolean templateTakes(String variable) {
    return model.templateTakes(variable);
  }

  @Override
  public Set<String> specialTokens() {
    return model.specialTokens();
  }

  private final class Prepared implements PreparedChat {
    private final PreparedChat chat;
    private final long arrived;

    Prepared(PreparedChat chat, long arrived) {
      this.chat = chat;
      this.arrived = arrived;
    }

    @Override
    public int promptTokens() {
      return chat.promptTokens();
    }

    @Override
    public String promptEnd() {
      return chat.promptEnd();
    }

    @Override
    public GenerationStream generate(GenerationConfig config) {
      return observed(chat.generate(config), arrived);
    }

    @Override
    public ChatHistory answered(List<Integer> answerIds) {
      return chat.answered(answerIds);
    }
  }
}

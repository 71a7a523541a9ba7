package org.lmdeploy.runtime.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.runtime.ChatHistory;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;

/** A loaded model: prepares requests, hands them to its engine, and closes all that it holds. */
final class OpenModel implements ServedModel, AutoCloseable {
  private final String name;
  private final LoadOptions options;
  private final Recipe recipe;
  private final List<String> why;
  private final Tokenizer tokenizer;
  private final RequestPreparer preparer;
  private final GenerationConfig samplingDefaults;
  private final EngineModel model;
  private final Opening resources;
  private final Instant loadedAt = Instant.now();
  private final ActiveStreams active;
  private final SpecialTokens specialTokens;

  OpenModel(
      String name,
      LoadOptions options,
      Recipe recipe,
      List<String> why,
      Tokenizer tokenizer,
      RequestPreparer preparer,
      GenerationConfig samplingDefaults,
      EngineModel model,
      Opening resources) {
    this.name = name;
    this.options = options;
    this.recipe = recipe;
    this.why = why;
    this.tokenizer = tokenizer;
    this.preparer = preparer;
    this.samplingDefaults = samplingDefaults;
    this.model = model;
    this.resources = resources;
    this.active = new ActiveStreams(name);
    this.specialTokens = new SpecialTokens(tokenizer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path folder() {
    return recipe.files().folder();
  }

  @Override
  public Instant loadedAt() {
    return loadedAt;
  }

  @Override
  public boolean takesImages() {
    return preparer.takesImages();
  }

  @Override
  public List<String> why() {
    return why;
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
    return recipe.device();
  }

  @Override
  public EngineStats stats() {
    return model.stats();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ToolParser> toolParser() {
    return recipe.parsers().tools();
  }

  @Override
  public Optional<ReasoningParser> reasoningParser() {
    return recipe.parsers().reasoning();
  }

  @Override
  public boolean templateTakes(String variable) {
    return recipe.template().template().takes(variable);
  }

  @Override
  public Set<String> specialTokens() {
    return specialTokens.get();
  }

  @Override
  public GenerationConfig samplingDefaults() {
    return samplingDefaults;
  }

  @Override
  public PreparedChat prepare(ChatRequest request) {
    return resume(ChatHistory.EMPTY, request);
  }

  @Override
  public PreparedChat resume(ChatHistory before, ChatRequest request) {
    Prompt prompt = active.during(() -> preparer.prepare(before, request));
    List<ChatMessage> messages = new ArrayList<>(before.messages());
    messages.addAll(request.messages());
    return new OpenChat(
        messages, prompt, tokenizer, config -> submit(preparer.request(prompt, config)));
  }

  @Override
  public PreparedChat prepareUntemplated(ChatRequest request) {
    Prompt prompt = active.during(() -> preparer.prepareUntemplated(request));
    return untemplated(request.messages(), prompt);
  }

  @Override
  public PreparedChat prepareIds(int[] ids, List<ImagePart> images, MediaPolicy media) {
    Prompt prompt = active.during(() -> preparer.prepareIds(ids, images, media));
    return untemplated(List.of(), prompt);
  }

  private PreparedChat untemplated(List<ChatMessage> messages, Prompt prompt) {
    return new OpenChat(
        messages, prompt, tokenizer, config -> submit(preparer.untemplated(prompt, config)));
  }

  private GenerationStream submit(GenerationRequest request) {
    return active.start(() -> model.submit(request));
  }

  @Override
  public GenerationStream complete(String prompt, GenerationConfig config) {
    return active.start(() -> model.submit(preparer.request(prompt, config)));
  }

  @Override
  public GenerationStream complete(int[] promptIds, GenerationConfig config) {
    return active.start(() -> model.submit(preparer.request(promptIds.clone(), config)));
  }

  LoadOptions options() {
    return options;
  }

  /** The services that it is made of. */
  List<Object> parts() {
    return recipe.parts();
  }

  /**
   * Refuses new requests, lets running ones finish within the grace time, closes everything; what
   * still runs then ends with {@link UnavailableException}.
   */
  void close(Duration grace) {
    active.drain(grace);
    resources.close();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}

package org.lmdeploy.runtime.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.LoadOptions;
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
  public GenerationConfig samplingDefaults() {
    return samplingDefaults;
  }

  @Override
  public PreparedChat prepare(ChatRequest request) {
    Prompt prompt = active.during(() -> preparer.prepare(request));
    return config -> active.start(() -> model.submit(preparer.request(prompt, config)));
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

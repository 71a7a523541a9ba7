package org.lmdeploy.runtime;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.lmdeploy.api.engine.EngineOptions;

/**
 * A model to be loaded.
 *
 * @param model a folder, the name of an embedded model, or the id of a hub
 * @param name the name to serve it under; empty for the folder's own name
 * @param chatTemplate a template's name, a JSON object or a JSON file; empty for the rule of {@link
 *     org.lmdeploy.api.template.ChatTemplates}
 * @param backend an engine's name; empty for the best one
 * @param device a device's id or kind; empty for the best one
 * @param modelFormat a quantizer's name; empty for the one that recognises the checkpoint
 * @param engine the engine's options
 * @param revision a branch, tag or commit of the hub; empty for its default branch
 * @param downloadDir the cache folder for downloads; empty for the hub's own
 * @param toolCallParser a parser of tool calls by name; empty for the one that fits the template
 * @param reasoningParser a parser of reasoning by name; empty for the one that fits the template
 */
public record LoadOptions(
    String model,
    Optional<String> name,
    Optional<String> chatTemplate,
    Optional<String> backend,
    Optional<String> device,
    Optional<String> modelFormat,
    EngineOptions engine,
    Optional<String> revision,
    Optional<Path> downloadDir,
    Optional<String> toolCallParser,
    Optional<String> reasoningParser) {
  /** Checks that nothing is null. */
  public LoadOptions {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(chatTemplate, "chatTemplate");
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(modelFormat, "modelFormat");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(revision, "revision");
    Objects.requireNonNull(downloadDir, "downloadDir");
    Objects.requireNonNull(toolCallParser, "toolCallParser");
    Objects.requireNonNull(reasoningParser, "reasoningParser");
  }

  /** A model of the hub's default branch, in the hub's own cache. */
  public LoadOptions(
      String model,
      Optional<String> name,
      Optional<String> chatTemplate,
      Optional<String> backend,
      Optional<String> device,
      Optional<String> modelFormat,
      EngineOptions engine) {
    this(
        model,
        name,
        chatTemplate,
        backend,
        device,
        modelFormat,
        engine,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A model with every choice left to the platform. */
  public static LoadOptions of(String model) {
    return of(model, EngineOptions.DEFAULT);
  }

  /** A model with engine options, every other choice left to the platform. */
  public static LoadOptions of(String model, EngineOptions engine) {
    return new LoadOptions(
        model,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        engine);
  }

  /** The same under another served name. */
  public LoadOptions withName(String servedName) {
    return new LoadOptions(
        model,
        Optional.of(servedName),
        chatTemplate,
        backend,
        device,
        modelFormat,
        engine,
        revision,
        downloadDir,
        toolCallParser,
        reasoningParser);
  }

  /** The same from another revision of the hub and with another cache folder. */
  public LoadOptions withSource(Optional<String> otherRevision, Optional<Path> otherDownloadDir) {
    return new LoadOptions(
        model,
        name,
        chatTemplate,
        backend,
        device,
        modelFormat,
        engine,
        otherRevision,
        otherDownloadDir,
        toolCallParser,
        reasoningParser);
  }

  /** The same with parsers by name. */
  public LoadOptions withParsers(
      Optional<String> otherToolCallParser, Optional<String> otherReasoningParser) {
    return new LoadOptions(
        model,
        name,
        chatTemplate,
        backend,
        device,
        modelFormat,
        engine,
        revision,
        downloadDir,
        otherToolCallParser,
        otherReasoningParser);
  }
}

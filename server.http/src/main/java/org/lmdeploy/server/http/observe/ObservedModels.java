package org.lmdeploy.server.http.observe;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;

/**
 * The models of a manager, whose requests are counted. Whatever endpoint asks one of them, it is
 * counted the same way. What was counted of a model goes with it.
 */
public final class ObservedModels implements ModelManager {
  private final ModelManager manager;
  private final PromptLog prompts;
  private final Map<ServedModel, ObservedModel> observed = new ConcurrentHashMap<>();

  /** Counts nothing yet. */
  public ObservedModels(ModelManager manager, PromptLog prompts) {
    this.manager = manager;
    this.prompts = prompts;
  }

  /** Always the same one for a model: conversations ask whether theirs is still served. */
  private ObservedModel observed(ServedModel model) {
    return observed.computeIfAbsent(
        model, one -> new ObservedModel(one, new ModelMetrics(one.sessionLen()), prompts));
  }

  /** All served models with their counts; those of models that are gone are forgotten. */
  List<ObservedModel> all() {
    List<ServedModel> served = manager.models();
    observed.keySet().retainAll(new HashSet<>(served));
    return served.stream().map(this::observed).toList();
  }

  @Override
  public ServedModel load(LoadOptions options, Consumer<String> progress) {
    return observed(manager.load(options, progress));
  }

  @Override
  public void unload(String name) {
    manager.unload(name);
  }

  @Override
  public ServedModel model(String name) {
    return observed(manager.model(name));
  }

  @Override
  public List<ServedModel> models() {
    return List.copyOf(all());
  }

  @Override
  public List<String> embeddedModels() {
    return manager.embeddedModels();
  }

  @Override
  public List<String> templates() {
    return manager.templates();
  }

  @Override
  public List<String> components() {
    return manager.components();
  }

  @Override
  public List<DeviceInfo> devices() {
    return manager.devices();
  }

  @Override
  public List<String> unavailableDevices() {
    return manager.unavailableDevices();
  }
}

package org.lmdeploy.server.http.internal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.lmdeploy.api.error.ConflictException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;

/** Serves the models that a test gives it. */
final class FakeManager implements ModelManager {
  final List<ServedModel> models = new CopyOnWriteArrayList<>();
  final List<LoadOptions> loaded = new CopyOnWriteArrayList<>();

  @Override
  public ServedModel load(LoadOptions options, Consumer<String> progress) {
    String name = options.name().orElse(options.model());
    if (models.stream().anyMatch(model -> model.name().equals(name))) {
      throw new ConflictException("model_name", "a model is served as " + name);
    }
    loaded.add(options);
    progress.accept("loading " + options.model());
    models.add(new FakeModel(name));
    return model(name);
  }

  @Override
  public void unload(String name) {
    models.remove(model(name));
  }

  @Override
  public ServedModel model(String name) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ModelNotFoundException("no model " + name));
  }

  @Override
  public List<ServedModel> models() {
    return List.copyOf(models);
  }

  @Override
  public List<String> embeddedModels() {
    return List.of();
  }

  @Override
  public List<String> templates() {
    return List.of();
  }

  @Override
  public List<String> components() {
    return List.of();
  }

  @Override
  public List<DeviceInfo> devices() {
    return List.of();
  }

  @Override
  public List<String> unavailableDevices() {
    return List.of();
  }
}

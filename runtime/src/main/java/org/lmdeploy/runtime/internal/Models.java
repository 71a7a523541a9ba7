package org.lmdeploy.runtime.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loaded models by name. */
final class Models implements ModelManager, AutoCloseable {
  /** How long running requests may go on when their model is withdrawn. */
  static final Duration GRACE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Models.class);

  private final Components components;
  private final ChatTemplates templates;
  private final ModelOpener opener;
  private final Map<String, OpenModel> models = new LinkedHashMap<>();
  private final Set<String> loading = new LinkedHashSet<>();
  private final List<LoadOptions> withdrawn = new ArrayList<>();

  Models(Components components, ModelFolders folders, ChatTemplates templates) {
    this.components = components;
    this.templates = templates;
    this.opener = new ModelOpener(components, folders, templates);
  }

  @Override
  public ServedModel load(LoadOptions options, Consumer<String> progress) {
    String key = options.name().orElse(options.model());
    reserve(key);
    try {
      OpenModel model =
          opener.open(
              options,
              line -> {
                LOG.info("{}: {}", key, line);
                progress.accept(line);
              });
      try {
        serve(model);
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
      return model;
    } finally {
      synchronized (this) {
        loading.remove(key);
      }
    }
  }

  private synchronized void reserve(String key) {
    if (models.containsKey(key) || !loading.add(key)) {
      throw nameTaken(key);
    }
  }

  private synchronized void serve(OpenModel model) {
    if (models.putIfAbsent(model.name(), model) != null) {
      throw nameTaken(model.name());
    }
  }

  private static InvalidRequestException nameTaken(String name) {
    return new InvalidRequestException(
        "model_name",
        "a model is served as " + name + " already; unload it or choose another name");
  }

  @Override
  public void unload(String name) {
    OpenModel model;
    synchronized (this) {
      model = models.remove(name);
      withdrawn.removeIf(options -> options.name().orElse(options.model()).equals(name));
    }
    if (model == null) {
      throw notFound(name);
    }
    model.close(GRACE);
  }

  @Override
  public synchronized ServedModel model(String name) {
    OpenModel model = models.get(name);
    if (model == null) {
      throw notFound(name);
    }
    return model;
  }

  private synchronized ModelNotFoundException notFound(String name) {
    return new ModelNotFoundException(
        "the model " + name + " is not served; there are " + models.keySet());
  }

  @Override
  public synchronized List<ServedModel> models() {
    return List.copyOf(models.values());
  }

  @Override
  public List<String> embeddedModels() {
    return components.embeddedModels.stream().map(EmbeddedModel::name).sorted().toList();
  }

  @Override
  public List<String> templates() {
    return templates.names();
  }

  @Override
  public List<String> components() {
    return components.describe();
  }

  @Override
  public List<DeviceInfo> devices() {
    return components.devices.stream().flatMap(provider -> provider.devices().stream()).toList();
  }

  @Override
  public List<String> unavailableDevices() {
    return components.devices.stream()
        .filter(provider -> provider.devices().isEmpty())
        .map(Models::unavailable)
        .toList();
  }

  private static String unavailable(DeviceProvider provider) {
    return provider.kind() + ": " + provider.unavailableReason();
  }

  /** A service goes away: its models are taken out of routing, drained and closed. */
  void withdraw(Object service) {
    List<OpenModel> affected;
    synchronized (this) {
      affected = models.values().stream().filter(model -> model.uses(service)).toList();
      for (OpenModel model : affected) {
        models.remove(model.name());
        withdrawn.add(model.options().withName(model.name()));
      }
    }
    for (OpenModel model : affected) {
      LOG.warn("{} is withdrawn: a bundle that it is made of stops", model.name());
      model.close(GRACE);
    }
  }

  /** A service came: models that were withdrawn are loaded again if they now can be. */
  void bringBack() {
    List<LoadOptions> waiting;
    synchronized (this) {
      waiting = List.copyOf(withdrawn);
    }
    for (LoadOptions options : waiting) {
      try {
        load(options, line -> {});
        synchronized (this) {
          withdrawn.remove(options);
        }
        LOG.info("{} is served again", options.name().orElseThrow());
      } catch (LmDeployException e) {
        LOG.info("{} stays withdrawn: {}", options.name().orElseThrow(), e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    List<OpenModel> open;
    synchronized (this) {
      open = List.copyOf(models.values());
      models.clear();
      withdrawn.clear();
    }
    open.forEach(OpenModel::close);
  }
}

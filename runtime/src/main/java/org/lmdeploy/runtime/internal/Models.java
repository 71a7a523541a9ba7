package org.lmdeploy.runtime.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.lmdeploy.api.error.ConflictException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.UnavailableException;
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

  /** Services that went away while models were being loaded, which may be made of them. */
  private final Set<Object> gone = Collections.newSetFromMap(new IdentityHashMap<>());

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
        if (loading.isEmpty()) {
          gone.clear();
        }
      }
    }
  }

  private synchronized void reserve(String key) {
    if (models.containsKey(key) || !loading.add(key)) {
      throw nameTaken(key);
    }
  }

  private synchronized void serve(OpenModel model) {
    if (model.parts().stream().anyMatch(gone::contains)) {
      throw new UnavailableException(
          "a bundle that " + model.name() + " is made of stopped while it was loaded");
    }
    if (models.putIfAbsent(model.name(), model) != null) {
      throw nameTaken(model.name());
    }
    forget(model.name());
  }

  private boolean forget(String name) {
    return withdrawn.removeIf(options -> options.name().equals(Optional.of(name)));
  }

  private static ConflictException nameTaken(String name) {
    return new ConflictException(
        "model_name",
        "a model is served as " + name + " already; unload it or choose another name");
  }

  @Override
  public void unload(String name) {
    OpenModel model;
    synchronized (this) {
      model = models.remove(name);
      if (!forget(name) && model == null) {
        throw notFound(name);
      }
    }
    if (model != null) {
      model.close(GRACE);
    }
  }

  @Override
  public synchronized ServedModel model(String name) {
    OpenModel model = models.get(name);
    if (model == null) {
      throw notServed(name);
    }
    return model;
  }

  private LmDeployException notServed(String name) {
    boolean returns =
        withdrawn.stream().anyMatch(options -> options.name().equals(Optional.of(name)));
    return returns
        ? new UnavailableException(
            "the model "
                + name
                + " is withdrawn: a bundle that it is made of was stopped or is being updated;"
                + " it is served again when that runs")
        : notFound(name);
  }

  private ModelNotFoundException notFound(String name) {
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
      if (!loading.isEmpty()) {
        gone.add(service);
      }
      affected = models.values().stream().filter(model -> isMadeOf(model, service)).toList();
      for (OpenModel model : affected) {
        models.remove(model.name());
        withdrawn.add(model.options().withName(model.name()));
      }
    }
    for (OpenModel model : affected) {
      LOG.warn("{} is withdrawn: a bundle that it is made of stops", model.name());
      try {
        model.close(GRACE);
      } catch (RuntimeException e) {
        // The others that lose the same service have to be closed too.
        LOG.error("{} was not closed cleanly", model.name(), e);
      }
    }
  }

  private static boolean isMadeOf(OpenModel model, Object service) {
    return model.parts().stream().anyMatch(part -> part == service);
  }

  /** Services came: models that were withdrawn are loaded again if they now can be. */
  void bringBack() {
    List<LoadOptions> waiting;
    synchronized (this) {
      waiting = List.copyOf(withdrawn);
    }
    for (LoadOptions options : waiting) {
      String name = options.name().orElseThrow();
      try {
        load(options, line -> {});
        LOG.info("{} is served again", name);
      } catch (LmDeployException e) {
        LOG.info("{} stays withdrawn: {}", name, e.getMessage());
      } catch (RuntimeException | LinkageError e) {
        LOG.error("{} stays withdrawn because of a defect", name, e);
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

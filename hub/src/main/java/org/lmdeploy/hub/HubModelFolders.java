package org.lmdeploy.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.model.ModelSource;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.hub.remote.HubSettings;
import org.lmdeploy.hub.remote.RemoteModels;
import org.osgi.service.component.annotations.Component;

/** Model folders: a folder that exists is taken as it is, any other name is asked of the hub. */
@Component
public final class HubModelFolders implements ModelFolders {
  private final LocalModelFolders local = new LocalModelFolders();
  private final HubSettings settings;
  private final RemoteModels remote;

  /** With the hub that the environment variables name. */
  public HubModelFolders() {
    this(HubSettings.ofProcess());
  }

  HubModelFolders(HubSettings settings) {
    this.settings = settings;
    this.remote = new RemoteModels(settings);
  }

  @Override
  public FoundModel find(ModelSource source, Consumer<String> progress) {
    return local
        .findExisting(source)
        .or(() -> remote.find(source, progress))
        .orElseGet(() -> local.find(source, progress));
  }

  @Override
  public ModelFiles read(Path folder) {
    return local.read(folder);
  }

  @Override
  public Checkpoint open(Path folder) {
    return local.open(folder);
  }

  @Override
  public List<String> settings() {
    return settings.describe();
  }
}

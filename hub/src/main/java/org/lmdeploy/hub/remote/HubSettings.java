package org.lmdeploy.hub.remote;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.LmDeployException;

/** Which hub ids are looked up at, as LMDeploy's and the hubs' own environment variables say. */
public final class HubSettings {
  private final Variables variables;

  /**
   * @param environment environment variables
   * @param home the user's folder
   */
  public HubSettings(Map<String, String> environment, Path home) {
    this.variables = new Variables(Map.copyOf(environment), home);
  }

  /** The settings of this process. */
  public static HubSettings ofProcess() {
    return new HubSettings(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /** Hub, cache and access, one line each; a setting that is wrong is told instead. */
  public List<String> describe() {
    try {
      Access access = hub(Optional.empty()).access();
      return List.of(
          "address: " + access.endpoint(),
          "cache: " + access.cache(),
          "token: " + (access.hasToken() ? "given" : "none"),
          "asked: " + (access.offline() ? "no (HF_HUB_OFFLINE)" : "yes"));
    } catch (LmDeployException e) {
      return List.of(e.getMessage());
    }
  }

  /**
   * The hub with its cache.
   *
   * @param downloadDir the cache folder, if not the hub's own
   */
  Hub hub(Optional<Path> downloadDir) {
    Optional<Path> cache = downloadDir.map(path -> path.toAbsolutePath().normalize());
    return variables.flag("LMDEPLOY_USE_MODELSCOPE")
        ? ModelScopeHub.of(variables, cache)
        : HuggingFaceHub.of(variables, cache);
  }
}

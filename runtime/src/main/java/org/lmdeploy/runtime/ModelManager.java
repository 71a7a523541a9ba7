package org.lmdeploy.runtime;

import java.util.List;
import java.util.function.Consumer;
import org.lmdeploy.api.ops.DeviceInfo;
import org.osgi.annotation.versioning.ProviderType;

/** The service that loads models and keeps the loaded ones. Safe for many threads. */
@ProviderType
public interface ModelManager {
  /**
   * Loads a model and serves it. Every choice and the memory plan are told before memory is taken.
   *
   * @param progress takes one line for each stage; the same lines are logged
   * @throws org.lmdeploy.api.error.LmDeployException if it cannot be loaded, or if its name is
   *     taken; nothing is kept
   */
  ServedModel load(LoadOptions options, Consumer<String> progress);

  /**
   * Takes a model out of routing, lets its requests finish within the grace time, closes it.
   *
   * @throws org.lmdeploy.api.error.ModelNotFoundException if there is none of that name
   */
  void unload(String name);

  /**
   * A served model.
   *
   * @throws org.lmdeploy.api.error.ModelNotFoundException if there is none of that name; the
   *     message lists those that there are
   */
  ServedModel model(String name);

  /** All served models in the order in which they were loaded. */
  List<ServedModel> models();

  /** Names of the embedded models that can be loaded. */
  List<String> embeddedModels();

  /** Names of all chat templates. */
  List<String> templates();

  /** What is registered: families, engines, tokenizers, quantizers, one line each. */
  List<String> components();

  /** Devices that can be used. */
  List<DeviceInfo> devices();

  /** Kinds of devices that cannot be used, one line each with the reason. */
  List<String> unavailableDevices();
}

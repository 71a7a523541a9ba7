package org.lmdeploy.api.engine;

import org.osgi.annotation.versioning.ConsumerType;

/** A service that runs models: {@code turbomind}, later {@code pytorch}. */
@ConsumerType
public interface Engine {
  /** The name by which {@code --backend} asks for it. */
  String name();

  /** Higher is tried first when no engine is asked for. */
  int preference();

  /**
   * The memory that a model would take; takes none.
   *
   * @throws org.lmdeploy.api.error.DeviceFailureException if the device has too little; the message
   *     says what it needs and which option to lower
   */
  MemoryPlan plan(EngineRequest request);

  /**
   * Loads the weights and starts running.
   *
   * @throws org.lmdeploy.api.error.LmDeployException if the model cannot be opened; nothing is kept
   */
  EngineModel open(EngineRequest request, MemoryPlan plan);
}

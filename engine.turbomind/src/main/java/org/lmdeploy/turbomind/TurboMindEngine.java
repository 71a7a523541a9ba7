package org.lmdeploy.turbomind;

import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.core.ContinuousBatchEngine;
import org.osgi.service.component.annotations.Component;

/** The fast engine: continuous batching over this bundle's own devices. */
@Component
public final class TurboMindEngine implements Engine {
  private final ContinuousBatchEngine engine = new ContinuousBatchEngine();

  @Override
  public String name() {
    return "turbomind";
  }

  @Override
  public int preference() {
    return 100;
  }

  @Override
  public MemoryPlan plan(EngineRequest request) {
    return engine.plan(request);
  }

  @Override
  public EngineModel open(EngineRequest request, MemoryPlan plan) {
    return engine.open(request, plan);
  }
}

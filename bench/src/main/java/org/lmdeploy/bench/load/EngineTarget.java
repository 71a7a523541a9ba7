package org.lmdeploy.bench.load;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.runtime.ServedModel;

/** A model of this process, asked with ids through the interface that all its faces use. */
public final class EngineTarget implements Target {
  private final ServedModel model;
  private final Map<Integer, GenerationConfig> configs = new HashMap<>();

  /**
   * A target for some requests; what they need is made beforehand.
   *
   * @param config how answers are drawn; end tokens are ignored whatever it says
   */
  public EngineTarget(ServedModel model, GenerationConfig config, Collection<Request> requests) {
    this.model = model;
    for (Request request : requests) {
      configs.computeIfAbsent(
          request.outputTokens(),
          tokens -> config.toBuilder().maxNewTokens(tokens).ignoreEos(true).build());
    }
  }

  @Override
  public void answer(Request request, TokenClock clock) throws InterruptedException {
    GenerationConfig config = configs.get(request.outputTokens());
    try (GenerationStream stream = model.complete(request.promptIds(), config)) {
      for (Optional<GenerationChunk> chunk = stream.next();
          chunk.isPresent();
          chunk = stream.next()) {
        clock.arrive(chunk.get().tokenIds().size());
      }
      clock.setCachedTokens(stream.cachedTokens());
    }
  }
}

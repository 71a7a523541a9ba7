package org.lmdeploy.core.batch;

import java.util.Optional;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.EngineStats;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.core.image.PromptImages;
import org.lmdeploy.core.kv.BlockTable;
import org.lmdeploy.core.text.AnswerText;

/** An open model: checks requests in their callers' threads and hands them to its engine thread. */
public final class BatchedModel implements EngineModel {
  private final EngineRequest request;
  private final Resources resources;
  private final MemoryPlan plan;
  private final int sessionLen;
  private final int vocabSize;
  private final RequestCheck requestCheck;
  private final Sequence.Sharing sharing;
  private final Mailbox mailbox = new Mailbox();
  private final Counters counters = new Counters();
  private final EngineThread engine;
  private final Thread thread;

  /**
   * A model whose engine thread does not run yet.
   *
   * @param resources what it holds; closed with it
   * @param takesImages whether prompts may have images
   */
  public BatchedModel(
      EngineRequest request,
      MemoryPlan plan,
      int sessionLen,
      Resources resources,
      boolean takesImages) {
    EngineOptions options = request.options();
    vocabSize = request.blueprint().vocabSize();
    this.request = request;
    this.plan = plan;
    this.sessionLen = sessionLen;
    this.resources = resources;
    requestCheck = new RequestCheck(vocabSize, sessionLen, takesImages);
    sharing =
        new Sequence.Sharing(
            options.enablePrefixCaching(),
            plan.kvBlockTokens(),
            request.blueprint().prefixReuseLimit());
    engine = new EngineThread(request.name(), resources, vocabSize, options, mailbox, counters);
    thread = Thread.ofPlatform().daemon().name("engine-" + request.name()).unstarted(engine);
  }

  /** Starts the engine thread. */
  public BatchedModel start() {
    thread.start();
    return this;
  }

  /** The engine, for whoever makes its turns in place of its thread. */
  EngineThread engine() {
    return engine;
  }

  /** Most new tokens of a step. */
  public static int largestStep(EngineOptions options) {
    return PrefillBudget.largestStep(options);
  }

  @Override
  public GenerationStream submit(GenerationRequest prompt) {
    requestCheck.check(prompt);
    GenerationConfig config = prompt.config();
    AnswerRules rules = new AnswerRules(config, request);
    int length = prompt.promptIds().length;
    int most = (int) Math.min(sessionLen, (long) length + config.maxNewTokens());
    TokenStream stream =
        new TokenStream(
            length,
            new AnswerText(request.tokenizer(), config),
            config.logprobs() >= 0,
            mailbox::withdrawn);
    Optional<FormatGuard> format =
        prompt.constraint().map(one -> new FormatGuard(one, rules.ends(), vocabSize));
    Sequence sequence =
        new Sequence(
            prompt.promptIds(),
            most,
            stream,
            rules,
            format,
            new PromptImages(prompt.images()),
            new BlockTable(resources.kv(), most),
            config.preserveCache() ? sharing.always() : sharing);
    if (!sequence.prepareFormat()) {
      throw Sequence.nothingPermitted();
    }
    mailbox.submit(sequence);
    return stream;
  }

  @Override
  public int sessionLen() {
    return sessionLen;
  }

  @Override
  public MemoryPlan plan() {
    return plan;
  }

  @Override
  public EngineStats stats() {
    return counters.read(mailbox);
  }

  @Override
  public void close() {
    mailbox.close(
        new UnavailableException("model " + request.name() + " is closed and answers no requests"));
    joinEngine();
    if (engine.closeFailure() != null) {
      throw engine.closeFailure();
    }
  }

  private void joinEngine() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // memory is freed first; the caller learns of it afterwards
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

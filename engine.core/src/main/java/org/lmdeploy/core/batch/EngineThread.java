package org.lmdeploy.core.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.core.image.VisionBatch;

/** The one thread that runs a model: step after step while there is work, asleep otherwise. */
final class EngineThread implements Runnable {
  private final String name;
  private final Resources model;
  private final int vocabSize;
  private final Mailbox mailbox;
  private final Counters counters;
  private final Scheduler scheduler;
  private final Endings endings;

  /** The step that is being computed, if there is one. */
  private StepPlan current;

  /** Why the device is not used any more, or null. */
  private UnavailableException broken;

  /** What went wrong at the very end, or null; read after the thread has ended. */
  private RuntimeException closeFailure;

  EngineThread(
      String name,
      Resources model,
      int vocabSize,
      EngineOptions options,
      Mailbox mailbox,
      Counters counters) {
    this.name = name;
    this.model = model;
    this.vocabSize = vocabSize;
    this.mailbox = mailbox;
    this.counters = counters;
    this.scheduler = new Scheduler(options, model.images(), counters);
    this.endings = new Endings(name, scheduler, counters, this::publish);
    publish();
  }

  @Override
  public void run() {
    try {
      boolean open = true;
      while (open) {
        open = turn();
      }
    } catch (Throwable error) {
      // Not even recovering worked, or the books are wrong: readers must not wait forever.
      giveUp(endings.explain(error));
    } finally {
      end();
    }
  }

  /** Takes what came and makes a step. False if that was the last. */
  boolean turn() {
    boolean open = receive();
    try {
      if (open) {
        step();
      }
    } catch (Throwable error) {
      recover(error);
    }
    return open;
  }

  /** One step: admit, encode images, plan, forward and sample, deliver. */
  private void step() {
    scheduler.admit();
    boolean encoded = encodeImages();
    current = scheduler.plan();
    if (!current.isEmpty()) {
      deliver(current, forward(current));
    } else if (!encoded && !scheduler.isIdle()) {
      throw new IllegalStateException("requests of model " + name + " wait for nothing");
    }
    current = null;
  }

  /** Takes what other threads sent; sleeps if there is nothing else to do. False at the end. */
  private boolean receive() {
    boolean idle = scheduler.isIdle();
    if (idle) {
      model.kv().checkIntegrity();
    }
    Mailbox.News news = mailbox.take(idle);
    counters.submitted = news.submitted();
    scheduler.enqueue(news.arrivals());
    if (news.withdrawn()) {
      endings.withdrawn();
    }
    if (broken != null) {
      endings.fail(scheduler.all(), broken);
    }
    publish();
    return !news.closing();
  }

  /** Encodes images; if that fails, only the requests that have them fail. True if any were. */
  private boolean encodeImages() {
    Collection<Sequence> owners = new ArrayList<>();
    VisionBatch batch = scheduler.nextImages(owners);
    try {
      batch.encode();
    } catch (DeviceFailureException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      endings.fail(owners, endings.explain(e));
    }
    return !owners.isEmpty();
  }

  private List<SampledToken> forward(StepPlan plan) {
    Ops ops = model.device().ops();
    try (Frame _ = ops.frame()) {
      Tensor logits = model.language().forward(plan.batch(), model.cache(), ops);
      return plan.rows().isEmpty() ? List.of() : ops.sample(logits, plan.rows());
    }
  }

  /** Books what a step computed; results are published before their readers are told. */
  private void deliver(StepPlan plan, List<SampledToken> tokens) {
    check(plan, tokens);
    List<Runnable> deliveries = new ArrayList<>();
    int next = 0;
    for (StepPlan.Part part : plan.parts()) {
      Sequence sequence = part.sequence();
      sequence.advance(part.count());
      sequence.images().unpinBefore(sequence.computed(), model.images());
      counters.promptTokens += sequence.countPrompt();
      if (part.samples()) {
        deliveries.add(accept(sequence, tokens.get(next++)));
      }
    }
    counters.steps++;
    publish();
    deliveries.forEach(Runnable::run);
  }

  private Runnable accept(Sequence sequence, SampledToken token) {
    TokenStream stream = sequence.stream();
    if (sequence.rules().ends(token.id())) {
      finish(sequence);
      return () -> stream.deliver(null, FinishReason.STOP);
    }
    sequence.append(token.id());
    counters.generatedTokens++;
    FinishReason reason = sequence.finishReason();
    if (reason != null) {
      finish(sequence);
    }
    return () -> stream.deliver(token, reason);
  }

  private void finish(Sequence sequence) {
    scheduler.remove(sequence);
    counters.finished++;
  }

  private void check(StepPlan plan, List<SampledToken> tokens) {
    boolean valid =
        tokens.size() == plan.rows().size()
            && tokens.stream().allMatch(token -> token.id() >= 0 && token.id() < vocabSize);
    if (!valid) {
      throw new LmDeployException(
          ErrorCode.INTERNAL,
          "model %s drew %s where one of %s tokens was wanted for each of %s sequences"
              .formatted(name, tokens, vocabSize, plan.rows().size()));
    }
  }

  /** After an error: the requests of the step fail; after a device failure all do, for good. */
  private void recover(Throwable error) {
    LmDeployException reason = endings.explain(error);
    boolean planned = current != null && !current.isEmpty();
    Collection<Sequence> affected = planned ? current.sequences() : scheduler.first();
    current = null;
    if (error instanceof DeviceFailureException) {
      giveUp(reason);
    } else {
      endings.fail(affected, reason);
    }
  }

  private void giveUp(LmDeployException reason) {
    broken =
        new UnavailableException(
            "model %s answers no more requests since it failed: %s; unload it and load it again"
                .formatted(name, reason.getMessage()),
            reason);
    mailbox.refuse(broken);
    endings.fail(scheduler.all(), reason);
  }

  private void end() {
    UnavailableException reason = new UnavailableException("model " + name + " was closed");
    mailbox.refuse(reason);
    scheduler.enqueue(mailbox.take(false).arrivals());
    try {
      endings.fail(scheduler.all(), broken == null ? reason : broken);
    } finally {
      closeModel();
    }
  }

  private void closeModel() {
    try {
      model.close();
    } catch (RuntimeException e) {
      closeFailure = e;
    }
  }

  Scheduler scheduler() {
    return scheduler;
  }

  private void publish() {
    counters.publish(scheduler.running(), scheduler.waiting(), model.kv().pool(), model.cache());
  }

  /** What went wrong when everything was freed, or null; for a thread that has joined this one. */
  RuntimeException closeFailure() {
    return closeFailure;
  }
}

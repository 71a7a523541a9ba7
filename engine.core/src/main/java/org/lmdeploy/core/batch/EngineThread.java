package org.lmdeploy.core.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.core.image.VisionBatch;

/**
 * The one thread that runs a model: step after step while there is work, asleep otherwise. If the
 * device works beside the processor, a step is planned and started while those before it run; only
 * then are their tokens waited for.
 */
final class EngineThread implements Runnable {
  private final String name;
  private final Resources model;
  private final int vocabSize;
  private final Mailbox mailbox;
  private final Counters counters;
  private final Scheduler scheduler;
  private final Endings endings;

  /** The steps that were started and not waited for, the oldest first. */
  private final Deque<Unfinished> unfinished = new ArrayDeque<>();

  /** Why the device is not used any more, or null. */
  private UnavailableException broken;

  /** What went wrong at the very end, or null; read after the thread has ended. */
  private RuntimeException closeFailure;

  private record Unfinished(StepPlan plan, StepRunner.Drawing drawing) {}

  private record Delivery(TokenStream stream, SampledToken token, FinishReason reason) {}

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
    if (open) {
      try {
        step();
      } catch (Throwable error) {
        recover(error, scheduler.first());
      }
    }
    return open;
  }

  /** One step: admit, encode images, plan, start, and deliver what was started before. */
  private void step() {
    while (!unfinished.isEmpty() && scheduler.anyWaitsForItsToken()) {
      // It would take part in every other step only; what waiting costs the others is little.
      settle(unfinished.size() - 1);
    }
    boolean nothingRuns = unfinished.isEmpty();
    scheduler.admit();
    boolean encoded = encodeImages();
    StepPlan plan = plan();
    if (!plan.isEmpty()) {
      start(plan);
    } else if (nothingRuns && !encoded && !scheduler.isIdle()) {
      throw new IllegalStateException("requests of model " + name + " wait for nothing");
    }
    int left = plan.isEmpty() ? Math.max(0, unfinished.size() - 1) : model.runner().ahead();
    if (unfinished.size() <= left) {
      publish(); // nothing is delivered, but somebody may have been let in or sent back
    }
    settle(left);
  }

  private StepPlan plan() {
    Optional<StepPlan> plan = scheduler.plan(unfinished.isEmpty());
    if (plan.isEmpty()) {
      // Who ends in the steps that run may leave blocks enough.
      settle(0);
      plan = scheduler.plan(true);
    }
    return plan.orElseThrow();
  }

  private void start(StepPlan plan) {
    try {
      unfinished.addLast(new Unfinished(plan, model.runner().start(plan.batch(), plan.rows())));
      scheduler.started(plan);
    } catch (DeviceFailureException error) {
      recover(error, plan.sequences());
    } catch (Throwable error) {
      // The steps before it are as good as ever: who ends there has not failed.
      settle(0);
      recover(error, plan.sequences());
    }
  }

  /** Waits for steps and delivers their tokens, the oldest first, until so many are unfinished. */
  private void settle(int left) {
    while (unfinished.size() > left) {
      Unfinished oldest = unfinished.removeFirst();
      try {
        deliver(oldest.plan, await(oldest));
      } catch (Throwable error) {
        recover(error, oldest.plan.sequences());
      }
    }
  }

  private List<SampledToken> await(Unfinished step) {
    try {
      return step.drawing.await();
    } finally {
      for (StepPlan.Part part : step.plan.parts()) {
        part.sequence().landed(model.images());
      }
    }
  }

  /** Takes what other threads sent; sleeps if there is nothing else to do. False at the end. */
  private boolean receive() {
    boolean idle = scheduler.isIdle() && unfinished.isEmpty();
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

  /** Books what a step computed; results are published before their readers are told. */
  private void deliver(StepPlan plan, List<SampledToken> tokens) {
    check(plan, tokens);
    List<Delivery> deliveries = new ArrayList<>(tokens.size());
    int next = 0;
    for (StepPlan.Part part : plan.parts()) {
      Sequence sequence = part.sequence();
      counters.promptTokens += sequence.countPrompt(part.end());
      List<SampledToken> scores = tokens.subList(next, next + part.scores());
      next += part.scores();
      SampledToken token = part.samples() ? tokens.get(next++) : null;
      if (!sequence.gone()) {
        sequence.share(part.end());
        sequence.images().unpinBefore(part.end(), model.images());
        sequence.stream().score(scores);
        if (token != null) {
          deliveries.add(accept(sequence, token));
        }
      }
    }
    counters.countStep(plan.batch().tokens().length);
    publish();
    for (Delivery delivery : deliveries) {
      delivery.stream.deliver(delivery.token, delivery.reason);
    }
  }

  private Delivery accept(Sequence sequence, SampledToken token) {
    TokenStream stream = sequence.stream();
    if (sequence.rules().ends(token.id())) {
      finish(sequence);
      return new Delivery(stream, null, FinishReason.STOP);
    }
    counters.generatedTokens++;
    FinishReason reason = null;
    try {
      sequence.append(token.id());
      reason = sequence.finishReason();
      if (reason == null && !sequence.prepareFormat()) {
        if (!sequence.mayEnd()) {
          throw Sequence.nothingPermitted();
        }
        reason = FinishReason.STOP;
      }
      if (reason != null) {
        finish(sequence);
      }
    } catch (InvalidRequestException e) {
      endings.fail(List.of(sequence), e);
    } catch (RuntimeException e) {
      endings.fail(List.of(sequence), endings.explain(e));
    }
    return new Delivery(stream, token, reason);
  }

  private void finish(Sequence sequence) {
    scheduler.remove(sequence);
    counters.finished++;
  }

  private void check(StepPlan plan, List<SampledToken> tokens) {
    boolean valid = tokens.size() == plan.rows().size();
    for (int i = 0; valid && i < tokens.size(); i++) {
      valid = tokens.get(i).id() >= 0 && tokens.get(i).id() < vocabSize;
    }
    if (!valid) {
      throw new LmDeployException(
          ErrorCode.INTERNAL,
          "model %s drew %s where one of %s tokens was wanted for each of %s sequences"
              .formatted(name, tokens, vocabSize, plan.rows().size()));
    }
  }

  /** After an error: the requests of the step fail; after a device failure all do, for good. */
  private void recover(Throwable error, List<Sequence> affected) {
    LmDeployException reason = endings.explain(error);
    if (error instanceof DeviceFailureException) {
      giveUp(reason);
    } else {
      endings.fail(affected.stream().filter(sequence -> !sequence.gone()).toList(), reason);
    }
  }

  private void giveUp(LmDeployException reason) {
    broken =
        new UnavailableException(
            "model %s answers no more requests since it failed: %s; unload it and load it again"
                .formatted(name, reason.getMessage()),
            reason);
    mailbox.refuse(broken);
    unfinished.clear();
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

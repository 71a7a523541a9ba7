package org.lmdeploy.core.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.core.image.ImageStore;
import org.lmdeploy.core.image.VisionBatch;

/**
 * Who runs, and what of them is computed next. First come, first served: everyone who runs came
 * before everyone who waits. A sequence that needs a block when there is none takes it from the
 * youngest, which gives up all its blocks, waits again at the front and is recomputed from its
 * tokens later (preemption by recomputation, as vLLM and TurboMind do). The oldest can always take
 * from all others, so everyone gets through.
 */
final class Scheduler {
  private final EngineOptions options;
  private final ImageStore images;
  private final Counters counters;
  private final PrefillBudget budget;
  private final Deque<Sequence> waiting = new ArrayDeque<>();

  /** In the order of their arrival. */
  private final List<Sequence> running = new ArrayList<>();

  /** Steps that were started. */
  private long started;

  Scheduler(EngineOptions options, ImageStore images, Counters counters) {
    this.options = options;
    this.images = images;
    this.counters = counters;
    this.budget = new PrefillBudget(options);
  }

  int running() {
    return running.size();
  }

  int waiting() {
    return waiting.size();
  }

  /** Whether there is one whose next token cannot be drawn before its last one is known. */
  boolean anyWaitsForItsToken() {
    return running.stream().anyMatch(Sequence::waitsForItsToken);
  }

  boolean isIdle() {
    return running.isEmpty() && waiting.isEmpty();
  }

  /** Everyone who runs, or, if nobody does, everyone who waits. */
  List<Sequence> first() {
    return List.copyOf(running.isEmpty() ? waiting : running);
  }

  /** Everyone. */
  List<Sequence> all() {
    List<Sequence> all = new ArrayList<>(running);
    all.addAll(waiting);
    return all;
  }

  /** Requests that wait from now on. */
  void enqueue(List<Sequence> arrivals) {
    waiting.addAll(arrivals);
  }

  /** Takes out the requests that their readers have withdrawn, and everything they held. */
  List<Sequence> removeWithdrawn() {
    List<Sequence> withdrawn =
        all().stream()
            .filter(one -> one.stream().withdrawal() != TokenStream.Withdrawal.NONE)
            .toList();
    withdrawn.forEach(this::remove);
    return withdrawn;
  }

  /** Takes a sequence out, and everything it held. */
  void remove(Sequence sequence) {
    if (!running.remove(sequence)) {
      waiting.remove(sequence);
    }
    sequence.end(images);
  }

  /**
   * Lets requests in that fit, in order. A block for each who runs stays available, so that a
   * newcomer is not sent away by the next tokens of the others.
   */
  void admit() {
    while (!waiting.isEmpty()
        && running.size() < options.maxBatchSize()
        && waiting.getFirst().open(running.size())) {
      Sequence admitted = waiting.removeFirst();
      running.add(admitted);
      admitted.stream().admitted();
      counters.cachedTokens += admitted.countCached();
    }
  }

  /**
   * The images that prompts run over next.
   *
   * @param owners gets the sequences that wait for them
   */
  VisionBatch nextImages(Collection<Sequence> owners) {
    VisionBatch batch = new VisionBatch(images, options.visionMaxBatchSize());
    for (Sequence sequence : running) {
      int reach = Math.min(sequence.length(), sequence.computed() + options.maxPrefillTokenNum());
      if (!sequence.images().isEmpty()
          && batch.add(sequence.images(), sequence.computed(), reach)) {
        owners.add(sequence);
      }
    }
    return batch;
  }

  /**
   * The next step: every sequence that decodes and whose next token can be drawn, then as much of
   * the prompts as the step takes.
   *
   * @param settled whether all steps that were started are done and booked, so that a sequence can
   *     be sent back
   * @return empty if a sequence would have to be sent back and cannot yet
   */
  Optional<StepPlan> plan(boolean settled) {
    StepBuilder step = new StepBuilder(images, running.size());
    int decoding = 0;
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.decoding() && sequence.ready(started)) {
        boolean fits = sequence.table().grow(sequence.reach());
        if (!fits && !settled) {
          return Optional.empty();
        }
        if (fits || growAtExpenseOfYounger(i)) {
          step.add(sequence, 1);
          decoding++;
        }
      }
    }
    addPrompts(step, decoding);
    return Optional.of(step.build());
  }

  /** Finds a sequence a place for its next token. False if it was itself the youngest. */
  private boolean growAtExpenseOfYounger(int index) {
    Sequence sequence = running.get(index);
    while (index < running.size()) {
      preemptYoungest();
      if (index < running.size() && sequence.table().grow(sequence.reach())) {
        return true;
      }
    }
    return false;
  }

  /** Books a plan whose step was started. */
  void started(StepPlan plan) {
    started++;
    int row = 0;
    for (StepPlan.Part part : plan.parts()) {
      part.sequence().computing(part.count());
      row += part.scores();
      if (part.samples()) {
        part.sequence().drawing(started, row++);
      }
    }
  }

  private void preemptYoungest() {
    Sequence youngest = running.removeLast();
    youngest.preempt(images);
    waiting.addFirst(youngest);
    counters.preemptions++;
  }

  /**
   * Adds chunks of prompts, the oldest first. One that is too long for the step leaves a quarter of
   * it to the others, so that a short question does not wait for a long document.
   */
  private void addPrompts(StepBuilder step, int decoding) {
    List<Sequence> prompts = new ArrayList<>();
    int pending = 0;
    for (Sequence sequence : running) {
      if (!sequence.decoding()) {
        prompts.add(sequence);
        pending += sequence.pending();
      }
    }
    int left = budget.next(pending, decoding);
    int reserved = left / 4;
    // The device has room for a row of logits for each sequence of the largest batch.
    int logitRows = options.maxBatchSize() - running.size() + 1;
    for (Sequence prompt : prompts) {
      pending -= prompt.pending();
      int from = prompt.computed();
      int most = Math.min(prompt.pending(), left - Math.min(reserved, pending));
      if (prompt.rules().scoresPrompt()) {
        most = Math.min(most, logitRows);
        logitRows -= most;
      }
      int to = prompt.images().ready(from, from + most);
      if (to > from) {
        step.add(prompt, to - from);
        left -= to - from;
      }
      reserved = 0;
    }
  }
}

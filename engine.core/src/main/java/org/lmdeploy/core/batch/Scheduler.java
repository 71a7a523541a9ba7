package org.lmdeploy.core.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
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
    release(sequence);
  }

  private void release(Sequence sequence) {
    sequence.images().unpinAll(images);
    sequence.release();
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

  /** The next step: every decoding sequence, then as much of the prompts as the step takes. */
  StepPlan plan() {
    StepBuilder step = new StepBuilder(images);
    List<Sequence> decoding = growDecoding();
    decoding.forEach(sequence -> step.add(sequence, 1));
    addPrompts(step, decoding.size());
    return step.build();
  }

  /** Finds the decoding sequences a place for their next token, at the expense of the youngest. */
  private List<Sequence> growDecoding() {
    List<Sequence> decoding = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      boolean fits = !sequence.decoding() || sequence.table().grow(sequence.length());
      while (!fits && i < running.size()) {
        preemptYoungest();
        fits = i < running.size() && sequence.table().grow(sequence.length());
      }
      if (fits && sequence.decoding()) {
        decoding.add(sequence);
      }
    }
    return decoding;
  }

  private void preemptYoungest() {
    Sequence youngest = running.removeLast();
    release(youngest);
    waiting.addFirst(youngest);
    counters.preemptions++;
  }

  /**
   * Adds chunks of prompts, the oldest first. One that is too long for the step leaves a quarter of
   * it to the others, so that a short question does not wait for a long document.
   */
  private void addPrompts(StepBuilder step, int decoding) {
    List<Sequence> prompts = running.stream().filter(one -> !one.decoding()).toList();
    int pending = prompts.stream().mapToInt(Sequence::pending).sum();
    int left = budget.next(pending, decoding);
    int reserved = left / 4;
    for (Sequence prompt : prompts) {
      pending -= prompt.pending();
      int from = prompt.computed();
      int most = Math.min(prompt.pending(), left - Math.min(reserved, pending));
      int to = prompt.images().ready(from, from + most);
      if (to > from) {
        step.add(prompt, to - from);
        left -= to - from;
      }
      reserved = 0;
    }
  }
}

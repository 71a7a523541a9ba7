package org.lmdeploy.core.fake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.SampledToken;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.ops.StepRunner;

/**
 * Runs steps in the order of their starts, but late: not before somebody waits for them, or when an
 * executor does it. So every step sees the cache as those before it left it, while its arguments
 * are looked at after the engine has gone on. Refuses what the contract does not allow.
 */
public final class FakeRunner implements StepRunner {
  private final Forward forward;
  private final KvCache cache;
  private final Ops ops;
  private final Limits limits;
  private final int ahead;
  private final Deque<Step> unfinished = new ArrayDeque<>();
  private Step last;
  private long drawnTokens;
  private boolean closed;

  private volatile Consumer<StepBatch> onStart = step -> {};
  private volatile Consumer<StepBatch> onAwait = step -> {};
  private volatile Executor executor = step -> {};

  FakeRunner(Forward forward, KvCache cache, Ops ops, Limits limits, int ahead) {
    this.forward = forward;
    this.cache = cache;
    this.ops = ops;
    this.limits = limits;
    this.ahead = ahead;
  }

  /** Something that happens in each start, before the step counts as started. */
  public void onStart(Consumer<StepBatch> action) {
    onStart = action;
  }

  /** Something that happens when a step is waited for, before it is computed if it was not yet. */
  public void onAwait(Consumer<StepBatch> action) {
    onAwait = action;
  }

  /** Who may compute steps, in the order of their starts, before somebody waits for them. */
  public void executor(Executor steps) {
    executor = steps;
  }

  /** How many tokens the steps that were started draw. */
  public long drawnTokens() {
    return drawnTokens;
  }

  /** How many steps were started and not waited for. */
  public int unfinished() {
    return unfinished.size();
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int ahead() {
    return ahead;
  }

  @Override
  public Drawing start(StepBatch batch, List<SamplingRow> rows) {
    require(!closed, "a step is started on a closed runner");
    require(unfinished.size() <= ahead, "more steps are unfinished than were allowed");
    require(rows.isEmpty() || rows.size() == batch.logitRows().length, "a row for each logit row");
    require(batch.sequences().size() <= limits.sequences(), "too many sequences");
    require(batch.logitRows().length <= limits.sequences(), "too many rows of logits");
    require(batch.tokens().length <= limits.tokens(), "too many tokens");
    Step step = new Step(batch, rows, last);
    step.checkReferences();
    onStart.accept(batch);
    if (ahead == 0) {
      step.compute();
      step.throwFailure();
    }
    last = step;
    drawnTokens += rows.size();
    unfinished.addLast(step);
    executor.execute(step::compute);
    return () -> await(step);
  }

  private List<SampledToken> await(Step step) {
    require(unfinished.peekFirst() == step, "steps are waited for in order, each once");
    unfinished.removeFirst();
    try {
      onAwait.accept(step.batch);
    } catch (RuntimeException e) {
      step.fail(e);
    }
    step.compute();
    step.throwFailure();
    return step.drawn;
  }

  @Override
  public void close() {
    require(!closed, "closed twice");
    unfinished.forEach(Step::compute);
    closed = true;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  /** A step, and what it drew once it was computed. */
  private final class Step {
    private final StepBatch batch;
    private final List<SamplingRow> rows;
    private Step before;
    private List<SampledToken> drawn;
    private Throwable failure;

    Step(StepBatch batch, List<SamplingRow> rows, Step before) {
      this.batch = batch;
      this.rows = rows;
      this.before = before;
    }

    /** A token that is not known is the one that its own sequence draws in the step before. */
    void checkReferences() {
      int row = 0;
      for (int token = 0; token < batch.tokens().length; token++) {
        boolean sampled = row < rows.size() && batch.logitRows()[row] == token;
        if (batch.tokens()[token] < 0) {
          require(before != null && unfinished.contains(before), "the step before is known");
          int source = -1 - batch.tokens()[token];
          require(source < before.rows.size(), "the step before has such a row");
          require(sampled, "its own next token is drawn");
          SamplingRow from = before.rows.get(source);
          SamplingRow to = rows.get(row);
          require(from.seed() == to.seed(), "it is of the same sequence");
          require(from.position() == batch.positions()[token], "it has its place");
          require(from.position() + 1 == to.position(), "and is followed by the next");
          boolean another = unfinished.size() > 1 && isUnknown(before, source);
          boolean looksBack = to.presencePenalty() != 0 || to.frequencyPenalty() != 0;
          require(
              !another || to.repetitionPenalty() == 1 && !looksBack,
              "what penalties look at is known but for the input");
        }
        row += sampled ? 1 : 0;
      }
    }

    private static boolean isUnknown(Step step, int row) {
      return step.batch.tokens()[step.batch.logitRows()[row]] < 0;
    }

    void fail(Throwable error) {
      synchronized (FakeRunner.this) {
        failure = error;
      }
    }

    void compute() {
      synchronized (FakeRunner.this) {
        if (drawn == null && failure == null) {
          computeInOrder();
        }
      }
    }

    private void computeInOrder() {
      if (before != null) {
        before.compute();
      }
      StepBatch known = known();
      try (Frame _ = ops.frame()) {
        var logits = forward.forward(known, cache, ops);
        drawn = rows.isEmpty() ? List.of() : ops.sample(logits, completed(known));
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      before = null;
    }

    void throwFailure() {
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure != null) {
        throw (RuntimeException) failure;
      }
    }

    private StepBatch known() {
      int[] tokens = batch.tokens().clone();
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = tokens[i] < 0 ? before.token(-1 - tokens[i]) : tokens[i];
      }
      return new StepBatch(
          tokens,
          batch.positions(),
          batch.axes(),
          batch.sequences(),
          batch.embeddings(),
          batch.logitRows());
    }

    /** A failed step has drawn whatever was in memory. */
    private int token(int row) {
      return drawn == null ? row : drawn.get(row).id();
    }

    /** The rows with the token that was not known when they were made. */
    private List<SamplingRow> completed(StepBatch known) {
      List<SamplingRow> completed = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        SamplingRow row = rows.get(i);
        int token = batch.logitRows()[i];
        boolean unknown = batch.tokens()[token] < 0;
        completed.add(unknown ? with(row, known.tokens()[token]) : row);
      }
      return completed;
    }

    private static SamplingRow with(SamplingRow row, int id) {
      return new SamplingRow(
          row.temperature(),
          row.topP(),
          row.topK(),
          row.minP(),
          row.repetitionPenalty(),
          row.presencePenalty(),
          row.frequencyPenalty(),
          append(row.seen(), id),
          append(row.generated(), id),
          row.biasIds(),
          row.biases(),
          row.banned(),
          row.seed(),
          row.position(),
          row.logprobs(),
          row.permitted(),
          row.forced());
    }

    private static int[] append(int[] ids, int id) {
      int[] more = Arrays.copyOf(ids, ids.length + 1);
      more[ids.length] = id;
      return more;
    }
  }
}

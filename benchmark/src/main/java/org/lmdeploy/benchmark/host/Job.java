package org.lmdeploy.benchmark.host;

import org.lmdeploy.bench.ceiling.Ceilings;
import org.lmdeploy.bench.ceiling.Rate;
import org.lmdeploy.bench.work.DecoderWork;

/** What the engine is timed with. */
public enum Job {
  /** Steps of one sequence. */
  DECODE("decode, batch 1", 1, 0.8),
  /** A prompt's way to its first token. */
  PREFILL("prefill of " + Job.PROMPT, Job.PROMPT, 0.6),
  /** Steps of a batch. */
  DECODE_BATCH("decode, batch " + EngineProbe.BATCH, EngineProbe.BATCH, 0.5);

  private static final int PROMPT = 512;
  private static final int CONTEXT = 128;
  private static final int BATCH_CONTEXT = 32;
  private static final int DECODE_STEPS = 32;
  private static final int BATCH_STEPS = 12;

  private final String title;
  private final int tokens;
  private final double goal;

  Job(String title, int tokens, double goal) {
    this.title = title;
    this.tokens = tokens;
    this.goal = goal;
  }

  /** A name for people. */
  public String title() {
    return title;
  }

  /** Tokens of one step. */
  public int tokens() {
    return tokens;
  }

  /** The share of the ceiling that is aimed at. */
  public double goal() {
    return goal;
  }

  /** Whether memory and not arithmetic is what bounds it. */
  public boolean isBoundByMemory() {
    return this == DECODE;
  }

  /** Bytes or operations of one step, whichever bounds it. */
  public double amount(DecoderWork work) {
    return switch (this) {
      case DECODE -> work.decodeBytes();
      case PREFILL -> work.prefillOperations(PROMPT);
      case DECODE_BATCH -> work.decodeOperations(tokens);
    };
  }

  /** The ceiling that bounds it. */
  public Rate ceiling(Ceilings ceilings) {
    return isBoundByMemory() ? ceilings.read() : ceilings.fma();
  }

  Timing run(EngineProbe engine) throws InterruptedException {
    return switch (this) {
      case DECODE -> engine.decode(CONTEXT, DECODE_STEPS);
      case PREFILL -> engine.prefill(PROMPT);
      case DECODE_BATCH -> engine.decodeBatch(BATCH_CONTEXT, BATCH_STEPS);
    };
  }
}

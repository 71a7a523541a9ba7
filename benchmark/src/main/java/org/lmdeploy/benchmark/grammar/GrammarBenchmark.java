package org.lmdeploy.benchmark.grammar;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.WeakHashMap;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * Walks through answers by tokens drawn at random and measures what the engine would wait for: the
 * set of permitted tokens and the step to the next one. A set counts as missing from the cache if
 * it was not given out before.
 */
public final class GrammarBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Tokenizer tokenizer;
  private final GrammarCompiler compiler;
  private final BitSet closing = new BitSet();

  /** Sets that were given out; arrays are equal if they are the same. */
  private final Set<long[]> seen = Collections.newSetFromMap(new WeakHashMap<>());

  /** Measures a compiler over a tokenizer. */
  public GrammarBenchmark(Tokenizer tokenizer, GrammarCompiler compiler) {
    this.tokenizer = tokenizer;
    this.compiler = compiler;
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      byte[] bytes = tokenizer.tokenBytes(id);
      closing.set(id, bytes.length == 1 && "\"}],:".indexOf(bytes[0]) >= 0);
    }
  }

  /**
   * A measurement.
   *
   * @param compileMillis for the format, the first time
   * @param tokens how many were walked through
   * @param cpuMicros processor time of a token, on average
   * @param medianMicros elapsed time of a token, the median
   * @param p99Micros elapsed time of a token, that of one in a hundred
   * @param missing the share of sets that were not in the cache
   */
  public record Result(
      double compileMillis,
      int tokens,
      double cpuMicros,
      double medianMicros,
      double p99Micros,
      double missing) {}

  /**
   * Measures a format.
   *
   * @param tokens how many tokens are walked through
   * @param longest most tokens of an answer
   * @param seed of the walk
   */
  public Result run(OutputFormat format, int tokens, int longest, long seed) {
    long start = THREADS.getCurrentThreadCpuTime();
    compiler.compile(format, tokenizer, tokenizer.vocabSize());
    final double compileMillis = (THREADS.getCurrentThreadCpuTime() - start) * 1e-6;
    Random random = new Random(seed);
    long[] elapsed = new long[tokens];
    long cpu = 0;
    int missing = 0;
    int length = 0;
    TokenConstraint constraint = start(format);
    for (int i = 0; i < tokens; i++) {
      if (constraint.complete() || length++ == longest) {
        constraint = start(format);
        length = 0;
      }
      long cpuBefore = THREADS.getCurrentThreadCpuTime();
      long before = System.nanoTime();
      long[] permitted = constraint.permitted();
      long between = System.nanoTime();
      long cpuBetween = THREADS.getCurrentThreadCpuTime();
      missing += seen.add(permitted) ? 1 : 0;
      int id = draw(permitted, random);
      long cpuAgain = THREADS.getCurrentThreadCpuTime();
      long again = System.nanoTime();
      constraint.accept(id);
      elapsed[i] = between - before + System.nanoTime() - again;
      cpu += cpuBetween - cpuBefore + THREADS.getCurrentThreadCpuTime() - cpuAgain;
    }
    Arrays.sort(elapsed);
    return new Result(
        compileMillis,
        tokens,
        cpu * 1e-3 / tokens,
        elapsed[tokens / 2] * 1e-3,
        elapsed[(int) (tokens * 0.99)] * 1e-3,
        (double) missing / tokens);
  }

  private TokenConstraint start(OutputFormat format) {
    return compiler.compile(format, tokenizer, tokenizer.vocabSize()).start();
  }

  /** A third of the time something that closes, as a model would; else any permitted token. */
  private int draw(long[] permitted, Random random) {
    BitSet from = BitSet.valueOf(permitted);
    if (random.nextInt(3) == 0 && from.intersects(closing)) {
      from.and(closing);
    }
    int nth = random.nextInt(from.cardinality());
    int id = from.nextSetBit(0);
    while (nth-- > 0) {
      id = from.nextSetBit(id + 1);
    }
    return id;
  }
}

package org.lmdeploy.bench.ceiling;

/** Measures the machine's limits, as often as asked. Holds 1 GiB while it is open. */
public final class CeilingMeter implements AutoCloseable {
  /** Each takes some 50 ms on a quiet machine. */
  private static final int PASSES = 5;

  private static final int WARM_UP = 20;

  private final Crew crew = new Crew();
  private final ReadBandwidth read = new ReadBandwidth();
  private final FmaPeak fma = new FmaPeak();

  /** Takes the memory and lets the loops be compiled. */
  public CeilingMeter() {
    for (int i = 0; i < WARM_UP; i++) {
      read.measure(crew);
      fma.measure(crew);
    }
  }

  /** The limits of this moment. */
  public Ceilings measure() {
    double[] reads = new double[PASSES];
    double[] fmas = new double[PASSES];
    for (int i = 0; i < PASSES; i++) {
      reads[i] = read.measure(crew);
      fmas[i] = fma.measure(crew);
    }
    return new Ceilings(Rate.of(reads), Rate.of(fmas));
  }

  @Override
  public void close() {
    crew.close();
    read.close();
  }
}

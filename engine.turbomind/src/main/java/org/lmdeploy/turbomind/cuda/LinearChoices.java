package org.lmdeploy.turbomind.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which kernel is taken for a layer and a number of rows: the one that was measured to be the
 * fastest on this device. Measurements are kept on disk; a shape that was never measured takes the
 * first kernel whose tile is as large as the rows.
 */
final class LinearChoices {
  /** Numbers of rows that are measured; others take the choice of the next larger one. */
  static final int[] ROWS = {8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 1024, 2048, 4096, 8192};

  /** A kernel must be this much faster than one before it in the list. */
  private static final double CLEARLY = 0.985;

  /** Kernels that are not slower than the fastest by more than this are worth a try in a step. */
  private static final double CLOSE = 1.2;

  /** Most kernels of a shape that are tried in a step. */
  private static final int MOST_CLOSE = 5;

  private final List<LinearVariant> variants;
  private final ChoiceFile file;
  private final int multiprocessors;
  private final Map<Shape, LinearChoice> choices = new HashMap<>();
  private final Map<Shape, List<LinearChoice>> close = new HashMap<>();
  private final Set<Shape> asked = new LinkedHashSet<>();

  /** What a choice depends on. */
  record Shape(int paddedRows, long inFeatures, boolean gated, int rows) {
    String key() {
      return "%d.%d.%s.%d".formatted(paddedRows, inFeatures, gated ? "gated" : "plain", rows);
    }
  }

  LinearChoices(List<LinearVariant> variants, int multiprocessors, ChoiceFile file) {
    this.variants = variants;
    this.multiprocessors = multiprocessors;
    this.file = file;
  }

  /** The number of rows whose measurement counts for {@code rows}. */
  static int bucket(int rows) {
    for (int bucket : ROWS) {
      if (rows <= bucket) {
        return bucket;
      }
    }
    return ROWS[ROWS.length - 1];
  }

  private static Shape shape(CudaLinear layer, int rows) {
    return new Shape(layer.paddedRows(), layer.inFeatures(), layer.gated(), bucket(rows));
  }

  /** The kernel for a product. */
  LinearChoice of(CudaLinear layer, int rows) {
    Shape asking = shape(layer, rows);
    asked.add(asking);
    return of(asking);
  }

  private LinearChoice of(Shape asking) {
    return choices.computeIfAbsent(asking, shape -> read(shape).orElseGet(() -> unmeasured(shape)));
  }

  /** The shapes that were asked for since the last call, those of the largest weights first. */
  List<Shape> takeAsked() {
    List<Shape> shapes = new ArrayList<>(asked);
    shapes.sort(
        Comparator.comparingLong((Shape shape) -> shape.paddedRows() * shape.inFeatures())
            .reversed());
    asked.clear();
    return shapes;
  }

  /** The kernel of a shape, then others that alone are nearly as fast. */
  List<LinearChoice> worthTryingInAStep(Shape shape) {
    LinearChoice present = of(shape);
    List<LinearChoice> others = new ArrayList<>(close.getOrDefault(shape, worthTrying(shape)));
    others.remove(present);
    others.addFirst(present);
    return others.subList(0, Math.min(MOST_CLOSE, others.size()));
  }

  /** Decides for a kernel. */
  void choose(Shape shape, LinearChoice choice) {
    choices.put(shape, choice);
    file.put(shape.key(), choice.text());
  }

  private Optional<LinearChoice> read(Shape shape) {
    return file.get(shape.key())
        .flatMap(
            text ->
                variants.stream()
                    .flatMap(variant -> grids(variant, shape).stream())
                    .filter(choice -> choice.text().equals(text))
                    .findFirst());
  }

  private LinearChoice unmeasured(Shape shape) {
    LinearVariant variant =
        variants.stream()
            .filter(candidate -> candidate.tokens() >= Math.min(shape.rows(), 128))
            .findFirst()
            .orElseThrow();
    return grids(variant, shape).getFirst();
  }

  /**
   * The grids that are worth a try: as many blocks as fit; as many of them as can all have whole
   * tiles or equal parts of tiles; one on each multiprocessor. A grid that fills the device is
   * spread evenly whatever else is resident when it starts; of a smaller one some multiprocessors
   * may get two blocks and others none, and two take nearly twice as long as one. Where no tile is
   * divided no sums have to be brought together.
   */
  private List<LinearChoice> grids(LinearVariant variant, Shape shape) {
    int resident = Math.min(2, variant.resident());
    int workers = multiprocessors * resident / variant.cluster();
    int tiles =
        Math.ceilDiv(shape.paddedRows(), variant.features() * variant.cluster())
            * Math.ceilDiv(shape.rows(), variant.tokens());
    int waves = Math.ceilDiv(tiles, workers);
    int even = tiles > workers ? Math.ceilDiv(tiles, waves) : workers / tiles * tiles;
    return IntStream.of(workers, even, multiprocessors / variant.cluster())
        .distinct()
        .mapToObj(count -> new LinearChoice(variant, count * variant.cluster()))
        .toList();
  }

  /** Whether a shape has to be measured. */
  boolean isMeasured(CudaLinear layer, int rows) {
    Shape shape = shape(layer, rows);
    return read(shape).isPresent();
  }

  /**
   * Measures all kernels that may suit and keeps the fastest.
   *
   * @param seconds runs a product with a kernel and says how long it took
   */
  void measure(CudaLinear layer, int rows, ToDoubleFunction<LinearChoice> seconds) {
    Shape shape = shape(layer, rows);
    Map<LinearChoice, Double> times = new LinkedHashMap<>();
    LinearChoice best = null;
    double least = Double.POSITIVE_INFINITY;
    for (LinearChoice candidate : worthTrying(shape)) {
      double time = seconds.applyAsDouble(candidate);
      times.put(candidate, time);
      if (best == null || time < least * CLEARLY) {
        least = time;
        best = candidate;
      }
    }
    double most = least * CLOSE;
    close.put(
        shape,
        times.entrySet().stream()
            .filter(entry -> entry.getValue() <= most)
            .sorted(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .toList());
    choose(shape, best);
  }

  /**
   * Kernels whose tile is neither far larger nor far smaller than the rows. Hopper's own are never
   * slower there than those of all chips.
   */
  private List<LinearChoice> worthTrying(Shape shape) {
    boolean hopper = variants.stream().anyMatch(LinearVariant::hopper);
    int largest = variants.stream().mapToInt(LinearVariant::tokens).max().orElseThrow();
    int upper =
        Math.min(largest, Math.max(8, 2 * Integer.highestOneBit(Math.max(1, shape.rows() - 1))));
    return variants.stream()
        .filter(v -> v.tokens() <= upper && v.tokens() >= Math.min(upper / 4, largest / 2))
        .filter(v -> v.hopper() == hopper)
        .flatMap(v -> grids(v, shape).stream())
        .toList();
  }
}

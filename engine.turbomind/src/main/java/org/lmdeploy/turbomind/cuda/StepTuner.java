package org.lmdeploy.turbomind.cuda;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Chooses the linear kernels of a recorded step by how long the whole step takes. Kernels follow
 * each other so closely that the next one's weights are fetched while the last one ends: which
 * kernel is best depends on its neighbours, and the fastest alone need not be. One shape after the
 * other, that of the largest weights first, the kernel is kept with which the step is fastest.
 */
final class StepTuner {
  /** A step must become this much faster for a kernel to be exchanged: less is noise. */
  private static final double CLEARLY = 0.997;

  /** What suits a shape depends on what the others got. */
  private static final int ROUNDS = 2;

  private final LinearChoices choices;
  private final ChoiceFile file;
  private final String layers;
  private final IntToDoubleFunction seconds;

  /** Seconds of a step with the present choices. */
  private double best;

  /**
   * A tuner.
   *
   * @param layers the shapes of the layers of a step: what was found holds for all models that have
   *     the same
   * @param seconds records a step of so many sequences with the present choices and says how long
   *     it takes
   */
  StepTuner(LinearChoices choices, ChoiceFile file, String layers, IntToDoubleFunction seconds) {
    this.choices = choices;
    this.file = file;
    this.layers = layers;
    this.seconds = seconds;
  }

  /** Tunes all numbers of rows that steps of up to {@code largest} sequences have. */
  void tune(int largest) {
    for (int rows : LinearChoices.ROWS) {
      tuneRows(Math.min(rows, largest));
      if (rows >= largest) {
        return;
      }
    }
  }

  private void tuneRows(int rows) {
    String done = "step." + LinearChoices.bucket(rows) + "." + layers;
    if (file.get(done).isPresent()) {
      return;
    }
    choices.takeAsked();
    best = seconds.applyAsDouble(rows);
    List<LinearChoices.Shape> shapes = choices.takeAsked();
    boolean changed = true;
    for (int round = 0; round < ROUNDS && changed; round++) {
      changed = false;
      for (LinearChoices.Shape shape : shapes) {
        changed |= improve(shape, rows);
      }
    }
    choices.takeAsked();
    file.put(done, "yes");
  }

  /** Keeps the kernel with which the step is fastest; whether that is another one than before. */
  private boolean improve(LinearChoices.Shape shape, int rows) {
    List<LinearChoice> candidates = choices.worthTryingInAStep(shape);
    LinearChoice kept = candidates.getFirst();
    for (LinearChoice candidate : candidates.subList(1, candidates.size())) {
      choices.choose(shape, candidate);
      double time = seconds.applyAsDouble(rows);
      if (time < best * CLEARLY) {
        best = time;
        kept = candidate;
      }
    }
    choices.choose(shape, kept);
    return kept != candidates.getFirst();
  }
}

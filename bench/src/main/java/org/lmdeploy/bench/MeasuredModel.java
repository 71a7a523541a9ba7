package org.lmdeploy.bench;

import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.data.RandomIds;
import org.lmdeploy.bench.work.DecoderWork;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.bench.work.StepBytes;
import org.lmdeploy.runtime.ServedModel;

/**
 * A loaded model with what a benchmark must know of it besides.
 *
 * @param served the model
 * @param work what its decoder computes
 * @param stepBytes bytes of weights that a decoding step reads
 * @param vocabulary ids that it takes
 */
public record MeasuredModel(ServedModel served, DecoderWork work, long stepBytes, int vocabulary) {
  /** Looks at the folder of a loaded model. */
  public static MeasuredModel of(ServedModel served, ModelFolders folders) {
    ConfigTree config = folders.read(served.folder()).config();
    ConfigTree decoder = DecoderWork.decoder(config);
    try (Checkpoint checkpoint = folders.open(served.folder())) {
      return new MeasuredModel(
          served,
          DecoderWork.of(decoder),
          StepBytes.of(checkpoint),
          decoder.positiveInt("vocab_size"));
    }
  }

  /** Prompts of random ids. */
  public RandomIds randomIds(long seed) {
    return RandomIds.of(served.tokenizer(), vocabulary, seed);
  }

  /** The least times on a device with these ceilings. */
  public Roofline roofline(MeasuredCeilings ceilings) {
    MemoryPlan plan = served.plan();
    double kvTokenBytes = (double) plan.kvBlockBytes() / plan.kvBlockTokens();
    return new Roofline(work, stepBytes, kvTokenBytes, ceilings);
  }
}

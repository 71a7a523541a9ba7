package org.lmdeploy.bench;

import java.nio.file.Path;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.bench.ceiling.MeasuredCeilings;
import org.lmdeploy.bench.work.DecoderWork;
import org.lmdeploy.bench.work.Roofline;
import org.lmdeploy.bench.work.StepBytes;

/**
 * The folder of a model that a server elsewhere has loaded.
 *
 * @param folder the folder
 * @param vocabulary ids that the model takes
 */
public record ServerModel(Path folder, int vocabulary) {
  /** Bytes of an element of the KV cache, which a server does not tell. */
  private static final int KV_BYTES = 2;

  /** Looks at a folder. */
  public static ServerModel of(Path folder, ModelFolders folders) {
    ConfigTree decoder = DecoderWork.decoder(folders.read(folder).config());
    return new ServerModel(folder, decoder.positiveInt("vocab_size"));
  }

  /** The least times with these ceilings and a KV cache of 16-bit elements. */
  public Roofline roofline(MeasuredCeilings ceilings, ModelFolders folders) {
    DecoderWork work = DecoderWork.of(DecoderWork.decoder(folders.read(folder).config()));
    try (Checkpoint checkpoint = folders.open(folder)) {
      return new Roofline(
          work, StepBytes.of(checkpoint), (double) work.kvElements() * KV_BYTES, ceilings);
    }
  }
}

package org.lmdeploy.model.llava;

import org.lmdeploy.api.model.ImageProcessor.ImageSlot;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.WeightSource;
import org.lmdeploy.model.llava.image.ImageConfig;
import org.lmdeploy.model.llava.vision.ProjectorConfig;
import org.lmdeploy.model.llava.vision.TowerConfig;
import org.lmdeploy.model.text.TextBlueprint;

/**
 * What a checkpoint's configuration says, whichever layout it has.
 *
 * @param text the decoder
 * @param tower the image encoder
 * @param projector from the encoder's columns to the decoder's
 * @param images how images become tiles
 * @param slots what stands in a prompt for an image
 * @param names how the checkpoint calls its weights
 */
record LlavaConfig(
    TextBlueprint text,
    TowerConfig tower,
    ProjectorConfig projector,
    ImageConfig images,
    Slots slots,
    Names names) {

  /** Decides what stands in a prompt for an image. */
  @FunctionalInterface
  interface Slots {
    ImageSlot of(Tokenizer tokenizer);
  }

  /** Gives weights under the names that llava-hf's first checkpoints have. */
  @FunctionalInterface
  interface Names {
    /**
     * @throws org.lmdeploy.api.error.InvalidModelException if there is no image encoder
     */
    WeightSource of(WeightSource checkpoint);
  }
}

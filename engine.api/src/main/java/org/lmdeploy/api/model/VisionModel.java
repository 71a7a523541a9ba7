package org.lmdeploy.api.model;

import java.util.List;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;

/** A vision tower with its projector. */
@ConsumerType
public interface VisionModel {
  /**
   * Embeddings of images in the decoder's space.
   *
   * @return [sum of the images' tokens, hidden], image by image, in the current frame
   */
  Tensor encode(List<ProcessedImage> images, Ops ops);
}

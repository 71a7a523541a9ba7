package org.lmdeploy.runtime.internal;

import java.util.List;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;

/**
 * A prompt as an engine takes it.
 *
 * @param ids token ids, placeholders where images are
 * @param images where the images' embeddings go
 * @param end the text behind the last image
 */
record Prompt(int[] ids, List<ImageSpan> images, String end) {}

package org.lmdeploy.core.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.model.ProcessedImage;

/**
 * The images that the vision model encodes before a step: at most {@code vision_max_batch_size},
 * the oldest prompt's next ones first. One batch a step, so that running answers never wait for
 * more.
 */
public final class VisionBatch {
  private final ImageStore store;
  private final int most;
  private final Map<String, ProcessedImage> wanted = new LinkedHashMap<>();
  private final List<Need> needs = new ArrayList<>();
  private long tokens;

  private record Need(PromptImages prompt, int from, int to) {}

  /** An empty batch of at most {@code most} images. */
  public VisionBatch(ImageStore store, int most) {
    this.store = store;
    this.most = most;
  }

  /**
   * Pins the images that a prompt needs for positions from {@code from} to before {@code to}; those
   * that are missing join the batch while there is room.
   *
   * @return whether the prompt waits for this batch
   */
  public boolean add(PromptImages prompt, int from, int to) {
    boolean waits = false;
    for (ProcessedImage image : prompt.pinUntilMissing(from, to, store)) {
      if (!join(image)) {
        break;
      }
      waits = true;
    }
    if (waits) {
      needs.add(new Need(prompt, from, to));
    }
    return waits;
  }

  private boolean join(ProcessedImage image) {
    if (wanted.containsKey(image.key()) || store.contains(image.key())) {
      return true;
    }
    if (wanted.size() == most || !store.hasRoom(tokens, image.tokens())) {
      return false;
    }
    wanted.put(image.key(), image);
    tokens += image.tokens();
    return true;
  }

  /** Encodes the images and pins them for their prompts. */
  public void encode() {
    if (!wanted.isEmpty()) {
      store.encode(List.copyOf(wanted.values()));
      needs.forEach(need -> need.prompt.pinUntilMissing(need.from, need.to, store));
    }
  }
}

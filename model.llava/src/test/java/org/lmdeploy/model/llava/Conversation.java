package org.lmdeploy.model.llava;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.api.tensor.Tensor;

/** One sequence that grows by turns with images and by single tokens. */
final class Conversation implements AutoCloseable {
  private static final int BLOCK_TOKENS = 64;
  private static final int BLOCKS = 16;

  private final BuiltModel model;
  private final Device device;
  private final KvCache cache;
  private int length;

  Conversation(BuiltModel model, KvLayout layout, Device device) {
    this.model = model;
    this.device = device;
    cache = device.kvCache(layout, BLOCK_TOKENS, BLOCKS);
  }

  /** The logits of the last position after some ids and images, which are encoded together. */
  float[] add(int[] before, List<ReferenceCase.Part> parts, List<ProcessedImage> images) {
    List<ProcessedImage> wanted =
        parts.stream()
            .filter(part -> part.image() != null)
            .map(p -> images.get(p.image()))
            .toList();
    try (Frame _ = device.ops().frame()) {
      if (wanted.isEmpty()) {
        return step(before, List.of());
      }
      Tensor rows = model.vision().orElseThrow().encode(wanted, device.ops());
      IntStream.Builder tokens = IntStream.builder();
      Arrays.stream(before).forEach(tokens);
      List<StepBatch.Embeddings> embeddings = new ArrayList<>();
      int at = before.length;
      int source = 0;
      for (ReferenceCase.Part part : parts) {
        int count = part.image() == null ? part.ids().length : images.get(part.image()).tokens();
        if (part.image() == null) {
          Arrays.stream(part.ids()).forEach(tokens);
        } else {
          IntStream.generate(() -> 0).limit(count).forEach(tokens);
          embeddings.add(new StepBatch.Embeddings(at, rows, source, count));
          source += count;
        }
        at += count;
      }
      return step(tokens.build().toArray(), embeddings);
    }
  }

  /** The logits after one more token. */
  float[] add(int token) {
    return step(new int[] {token}, List.of());
  }

  private float[] step(int[] tokens, List<StepBatch.Embeddings> images) {
    int[] positions = IntStream.range(length, length + tokens.length).toArray();
    length += tokens.length;
    int[] blocks = IntStream.range(0, BLOCKS).toArray();
    var sequence = new StepBatch.Sequence(tokens.length, length, length, blocks);
    StepBatch step =
        new StepBatch(tokens, positions, List.of(sequence), images, new int[] {tokens.length - 1});
    try (Frame _ = device.ops().frame()) {
      return device.ops().download(model.language().forward(step, cache, device.ops()));
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}

package org.lmdeploy.model.vision;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;

/**
 * The tiles of several images in batches: large enough to keep a device busy with small images,
 * small enough that an image of many tiles does not need memory for all of them at once.
 */
public final class TileBatches {
  /** Tiles of a batch. */
  public static final int MOST_TILES = 8;

  private final List<HostTensor> tiles = new ArrayList<>();

  public TileBatches(List<ProcessedImage> images) {
    images.forEach(image -> addTiles(image.pixels()));
  }

  /** Consecutive tiles, of which the first is tile {@code first} of all. */
  public record Batch(int first, List<HostTensor> tiles) {
    /** The pixels as an activation [tiles, channels, size, size]. */
    public Tensor upload(Ops ops) {
      HostTensor one = tiles.getFirst();
      long rows = one.shape().rows();
      Tensor pixels =
          ops.empty(tiles.size(), one.shape().dim(0), one.shape().dim(1), one.shape().dim(2));
      for (int i = 0; i < tiles.size(); i++) {
        ops.copyRows(pixels, i * rows, ops.upload(tiles.get(i)), 0, rows);
      }
      return pixels;
    }
  }

  /** How many tiles there are. */
  public int tiles() {
    return tiles.size();
  }

  public List<Batch> all() {
    List<Batch> batches = new ArrayList<>();
    for (int first = 0; first < tiles.size(); first += MOST_TILES) {
      int end = Math.min(tiles.size(), first + MOST_TILES);
      batches.add(new Batch(first, tiles.subList(first, end)));
    }
    return batches;
  }

  /** Cuts [tiles, channels, height, width] into its tiles; no copy. */
  private void addTiles(HostTensor pixels) {
    long channels = pixels.shape().dim(1);
    long height = pixels.shape().dim(2);
    long rows = channels * height;
    for (long tile = 0; tile < pixels.shape().dim(0); tile++) {
      tiles.add(pixels.rows(tile * rows, rows).reshape(channels, height, pixels.shape().dim(3)));
    }
  }
}

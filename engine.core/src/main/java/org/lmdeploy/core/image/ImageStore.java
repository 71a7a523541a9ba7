package org.lmdeploy.core.image;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.model.VisionModel;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.tensor.Tensor;

/**
 * Embeddings of images on the device by the images' key. Those that a prompt is about to use are
 * pinned; the others stay, least recently used first to go, within a budget.
 *
 * <p>Used by the engine thread alone.
 */
public final class ImageStore implements AutoCloseable {
  private final VisionModel vision;
  private final Device device;
  private final long budget;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long pinnedBytes;

  /** Bytes of a row of embeddings, known from the first image on. */
  private long rowBytes;

  private static final class Entry {
    final Tensor rows;
    final long bytes;
    int pins;

    Entry(Tensor rows, long bytes) {
      this.rows = rows;
      this.bytes = bytes;
    }
  }

  /**
   * An empty store.
   *
   * @param budget bytes that may be kept; one image is kept for its prompt in any case
   */
  public ImageStore(VisionModel vision, Device device, long budget) {
    this.vision = vision;
    this.device = device;
    this.budget = budget;
  }

  /** Pins an image if its embeddings are here. */
  boolean pin(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return false;
    }
    if (entry.pins++ == 0) {
      pinnedBytes += entry.bytes;
    }
    return true;
  }

  /** Gives a pin back. */
  void unpin(String key) {
    Entry entry = entries.get(key);
    if (--entry.pins == 0) {
      pinnedBytes -= entry.bytes;
      shrinkTo(budget);
    }
  }

  /** The embeddings [tokens, hidden] of a pinned image. */
  Tensor rows(String key) {
    return entries.get(key).rows;
  }

  /** Whether the embeddings of an image are here, pinned or not. */
  boolean contains(String key) {
    return entries.containsKey(key);
  }

  /**
   * Whether an image fits beside the pinned ones and others that are about to be; one always does.
   */
  boolean hasRoom(long others, long tokens) {
    return pinnedBytes == 0 && others == 0 || pinnedBytes + (others + tokens) * rowBytes <= budget;
  }

  /**
   * Computes and keeps embeddings; they are to be pinned before the next call.
   *
   * @throws LmDeployException with code INTERNAL if the vision model gives another number of rows
   */
  void encode(List<ProcessedImage> images) {
    long tokens = images.stream().mapToLong(ProcessedImage::tokens).sum();
    shrinkTo(Math.max(0, budget - tokens * rowBytes));
    Ops ops = device.ops();
    try (Frame _ = ops.frame()) {
      Tensor all = vision.encode(images, ops);
      if (all.shape().rows() != tokens) {
        throw new LmDeployException(
            ErrorCode.INTERNAL,
            "the vision model made %s rows of images of %s tokens"
                .formatted(all.shape().rows(), tokens));
      }
      long from = 0;
      for (ProcessedImage image : images) {
        keep(image, all, from, ops);
        from += image.tokens();
      }
    }
  }

  private void keep(ProcessedImage image, Tensor all, long from, Ops ops) {
    long columns = all.shape().columns();
    Tensor rows = device.allocate(image.tokens(), columns);
    rowBytes = columns * rows.dtype().bytes();
    try {
      ops.copyRows(rows, 0, all, from, image.tokens());
    } catch (RuntimeException e) {
      device.release(rows);
      throw e;
    }
    Entry entry = new Entry(rows, image.tokens() * rowBytes);
    entries.put(image.key(), entry);
    bytes += entry.bytes;
  }

  private void shrinkTo(long most) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > most && oldest.hasNext()) {
      Entry entry = oldest.next();
      if (entry.pins == 0) {
        oldest.remove();
        bytes -= entry.bytes;
        device.release(entry.rows);
      }
    }
  }

  /** Gives all embeddings back, pinned ones too. */
  @Override
  public void close() {
    entries.values().forEach(entry -> device.release(entry.rows));
    entries.clear();
    bytes = 0;
    pinnedBytes = 0;
  }

  /** Bytes of the images that prompts have pinned. */
  public long pinnedBytes() {
    return pinnedBytes;
  }
}

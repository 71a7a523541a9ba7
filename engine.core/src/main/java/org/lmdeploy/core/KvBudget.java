package org.lmdeploy.core;

import java.util.List;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.ops.DeviceInfo;

/** How many KV blocks {@code cache_max_entry_count} means on a device. */
final class KvBudget {
  private final EngineRequest request;
  private final EngineOptions options;
  private final DeviceInfo device;
  private final Reserved reserved;
  private final long free;
  private final long blockBytes;
  private final List<String> lines;

  /**
   * What a model takes beside the KV cache.
   *
   * @param weights bytes of weights
   * @param activations bytes of activations of the decoder
   * @param vision bytes for images
   */
  record Reserved(long weights, long activations, long vision) {
    long bytes() {
      return weights + activations + vision;
    }

    String text() {
      return "%s of weights, %s of activations%s"
          .formatted(
              Bytes.text(weights),
              Bytes.text(activations),
              vision == 0 ? "" : ", " + Bytes.text(vision) + " for images");
    }
  }

  /**
   * The budget of a model.
   *
   * @param reserved what the model takes otherwise
   * @param lines gets the reasons
   */
  KvBudget(EngineRequest request, Reserved reserved, long blockBytes, List<String> lines) {
    this.request = request;
    this.options = request.options();
    this.device = request.device().info();
    this.reserved = reserved;
    this.free = request.device().freeMemory() - reserved.bytes();
    this.blockBytes = blockBytes;
    this.lines = lines;
  }

  /**
   * The number of blocks.
   *
   * @throws DeviceFailureException if they do not fit
   */
  int blocks() {
    if (free < blockBytes) {
      throw new DeviceFailureException(
          "model %s needs %s (%s) and %s for each KV block; %s has %s free. %s"
              .formatted(
                  request.name(),
                  Bytes.text(reserved.bytes()),
                  reserved.text(),
                  Bytes.text(blockBytes),
                  device.id(),
                  Bytes.text(free + reserved.bytes()),
                  remedy()));
    }
    double count = options.cacheMaxEntryCount();
    return count < 1 ? share(count) : fixed((int) count);
  }

  private String remedy() {
    if (free + reserved.bytes() < reserved.weights() + blockBytes) {
      return "The weights alone are too large: take a quantized checkpoint, or free memory there";
    }
    return "Lower max_prefill_token_num%s or max_batch_size"
        .formatted(reserved.vision() == 0 ? "" : ", vision_max_batch_size");
  }

  private int fixed(int blocks) {
    long most = free / blockBytes;
    if (blocks > most) {
      throw new DeviceFailureException(
          ("cache_max_entry_count asks for %s KV blocks of %s; %s has %s free beside the model,"
                  + " enough for %s. Lower it")
              .formatted(blocks, Bytes.text(blockBytes), device.id(), Bytes.text(free), most));
    }
    line(blocks, "cache_max_entry_count is this number");
    return blocks;
  }

  private int share(double share) {
    long blocks = (long) (share * free) / blockBytes;
    if (blocks < 1) {
      throw new DeviceFailureException(
          ("cache_max_entry_count %s of %s is less than a KV block of %s."
                  + " Raise it, or lower cache_block_seq_len")
              .formatted(share, Bytes.text(free), Bytes.text(blockBytes)));
    }
    String reason =
        "cache_max_entry_count %s of %s that are free beside the model"
            .formatted(share, Bytes.text(free));
    long enough = enough();
    if (device.sharesHostMemory() && blocks > enough) {
      blocks = enough;
      reason =
          "enough for max_batch_size %s sessions, below %s"
              .formatted(options.maxBatchSize(), reason);
    }
    int count = (int) Math.min(blocks, Integer.MAX_VALUE / 2);
    line(count, reason);
    return count;
  }

  private long enough() {
    int session = MemoryPlanner.sessionLen(request, Integer.MAX_VALUE);
    return (long) options.maxBatchSize() * Math.ceilDiv(session, options.cacheBlockSeqLen());
  }

  private void line(int blocks, String reason) {
    boolean grows = device.sharesHostMemory();
    lines.add(
        "KV cache: %s%s blocks of %s tokens = %s%s; %s"
            .formatted(
                grows ? "up to " : "",
                blocks,
                options.cacheBlockSeqLen(),
                Bytes.text(blocks * blockBytes),
                grows ? ", taken block by block" : "",
                reason));
  }
}

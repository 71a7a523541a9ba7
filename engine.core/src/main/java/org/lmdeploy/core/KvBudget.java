package org.lmdeploy.core;

import java.util.List;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.error.DeviceFailureException;

/** How many KV blocks {@code cache_max_entry_count} means on a device. */
final class KvBudget {
  private final EngineRequest request;
  private final EngineOptions options;
  private final long reserved;
  private final long free;
  private final long blockBytes;
  private final List<String> lines;

  /**
   * The budget of a model.
   *
   * @param reserved bytes that the model takes otherwise
   * @param lines gets the reasons
   */
  KvBudget(EngineRequest request, long reserved, long blockBytes, List<String> lines) {
    this.request = request;
    this.options = request.options();
    this.reserved = reserved;
    this.free = request.device().freeMemory() - reserved;
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
          "model "
              + request.name()
              + " needs "
              + Bytes.text(reserved)
              + " and "
              + Bytes.text(blockBytes)
              + " for each KV block; "
              + request.device().info().id()
              + " has "
              + Bytes.text(free + reserved)
              + " free. Lower max_prefill_token_num, max_batch_size or vision_max_batch_size");
    }
    double count = options.cacheMaxEntryCount();
    return count < 1 ? share(count) : fixed((int) count);
  }

  private int fixed(int blocks) {
    if (blocks > free / blockBytes) {
      throw new DeviceFailureException(
          "cache_max_entry_count asks for "
              + blocks
              + " KV blocks of "
              + Bytes.text(blockBytes)
              + "; "
              + request.device().info().id()
              + " has "
              + Bytes.text(free)
              + " free beside the model, enough for "
              + free / blockBytes
              + ". Lower it");
    }
    line(blocks, "cache_max_entry_count is this number");
    return blocks;
  }

  private int share(double share) {
    long blocks = (long) (share * free) / blockBytes;
    String reason =
        "cache_max_entry_count "
            + share
            + " of "
            + Bytes.text(free)
            + " that are free beside the model";
    long enough = enough();
    if (request.device().info().sharesHostMemory() && blocks > enough) {
      blocks = enough;
      reason = "enough for max_batch_size " + options.maxBatchSize() + " sessions, below " + reason;
    }
    if (blocks < 1) {
      throw new DeviceFailureException(
          "cache_max_entry_count "
              + share
              + " of "
              + Bytes.text(free)
              + " is less than a KV block of "
              + Bytes.text(blockBytes)
              + ". Raise it, or lower cache_block_seq_len");
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
    boolean grows = request.device().info().sharesHostMemory();
    lines.add(
        "KV cache: "
            + (grows ? "up to " : "")
            + blocks
            + " blocks of "
            + options.cacheBlockSeqLen()
            + " tokens = "
            + Bytes.text(blocks * blockBytes)
            + (grows ? ", taken block by block" : "")
            + "; "
            + reason);
  }
}

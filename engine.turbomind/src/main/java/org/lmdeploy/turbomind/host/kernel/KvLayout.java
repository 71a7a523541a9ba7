package org.lmdeploy.turbomind.host.kernel;

/**
 * Layout of one KV block of one layer, fp32.
 *
 * <pre>
 * per kv head h, headBytes() apart:
 *   K: [headDim][blockTokens]        transposed, so that scores are computed as vectors over tokens
 *   V: [blockTokens][paddedDim]      paddedDim = headDim rounded up to 16, padding zero
 * </pre>
 *
 * @param kvHeads key/value heads
 * @param headDim elements of one head, any positive number
 * @param blockTokens tokens of one block, a multiple of 16
 */
public record KvLayout(int kvHeads, int headDim, int blockTokens) {

  private static final int ALIGN = 16;

  public KvLayout {
    if (kvHeads < 1 || headDim < 1 || blockTokens < 1 || blockTokens % ALIGN != 0) {
      throw new IllegalArgumentException(
          "kv heads " + kvHeads + ", head dim " + headDim + ", block tokens " + blockTokens);
    }
  }

  /** Elements between two tokens of V. */
  public int paddedDim() {
    return (headDim + ALIGN - 1) / ALIGN * ALIGN;
  }

  /** Bytes of one block of one layer. */
  public long blockBytes() {
    return kvHeads * headBytes();
  }

  /** Blocks needed for {@code tokens} tokens. */
  public int blocks(int tokens) {
    return (tokens + blockTokens - 1) / blockTokens;
  }

  long headBytes() {
    return 4L * blockTokens * (headDim + paddedDim());
  }

  /** Offset of K of a head within a block. */
  long keyOffset(int head) {
    return head * headBytes();
  }

  /** Offset of V of a head within a block. */
  long valueOffset(int head) {
    return head * headBytes() + 4L * blockTokens * headDim;
  }
}

package org.lmdeploy.core.kv;

import java.util.Arrays;
import java.util.List;

/**
 * What the tokens of a full block are, compared exactly: token ids, and for rows of an image the
 * image's key and the row's offset in it, for the placeholder id says nothing about the pixels.
 */
public final class BlockContent {
  private final int[] codes;
  private final List<String> images;
  private final int hash;

  /**
   * @param codes a token id, or {@link #imageRow} for a row of an image; not copied
   * @param images keys of the images in the block, one for each run of image rows
   */
  public BlockContent(int[] codes, List<String> images) {
    this.codes = codes;
    this.images = List.copyOf(images);
    this.hash = 31 * Arrays.hashCode(codes) + this.images.hashCode();
  }

  /** The code of a row of an image: negative, so that it never equals a token id. */
  public static int imageRow(int offset) {
    return ~offset;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockContent content
        && hash == content.hash
        && Arrays.equals(codes, content.codes)
        && images.equals(content.images);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}

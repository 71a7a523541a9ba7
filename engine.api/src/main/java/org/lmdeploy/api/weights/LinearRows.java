package org.lmdeploy.api.weights;

/**
 * Some output rows of a linear layer's weight [outFeatures, inFeatures], in the format in which the
 * checkpoint stores them. A device takes the formats that it knows ({@link DenseRows} always) and
 * refuses others by name when the model is opened.
 */
public interface LinearRows {
  /** The name of the format, for example {@code bf16}. */
  String format();

  /** Number of rows. */
  long outFeatures();

  /** Length of a row. */
  long inFeatures();

  /** Bytes of these rows as stored. */
  long bytes();

  /**
   * Some of these rows; no copy.
   *
   * @throws IndexOutOfBoundsException if the rows do not lie in this weight
   */
  LinearRows rows(long from, long count);
}

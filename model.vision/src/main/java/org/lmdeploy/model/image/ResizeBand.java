package org.lmdeploy.model.image;

import org.lmdeploy.api.image.RgbImage;

/**
 * Computes a band of output rows of one resize; used by one thread.
 *
 * <p>The horizontal results live in a ring that holds just the rows which the current output row
 * needs, as {@code int}, so that they stay in the cache and the vertical pass is plain vectorizable
 * arithmetic.
 *
 * <p>The horizontal pass computes two rows at once: the samples of row {@code y} are the lower and
 * those of {@code y + 1} the upper half of a {@code long}, so that one multiplication serves both.
 * A negative lower sum borrows from the upper one; {@link #upper} gives it back.
 */
final class ResizeBand {

  private static final int HALF = 1 << (AxisWeights.PRECISION - 1);
  private static final long HALF_TWICE = (long) HALF << Integer.SIZE | HALF;

  private final RgbImage image;
  private final RgbImage result;
  private final AxisWeights horizontal;
  private final AxisWeights vertical;
  private final int rowLength;
  private final long[] packed;
  private final long[] packedSums;
  private final int[][] ring;
  private final int[] sums;

  /** One past the last image row in the ring. */
  private int filled;

  ResizeBand(RgbImage image, RgbImage result, AxisWeights horizontal, AxisWeights vertical) {
    this.image = image;
    this.result = result;
    this.horizontal = horizontal;
    this.vertical = vertical;
    rowLength = result.width() * Pixels.CHANNELS;
    packed = horizontal == null ? null : new long[image.width() * Pixels.CHANNELS];
    packedSums = horizontal == null ? null : new long[rowLength];
    // Two more than the taps: rows arrive in pairs, of which the first may be needed alone.
    ring =
        new int
            [Math.min(vertical == null ? 2 : vertical.taps() + 2, Math.max(image.height() + 1, 2))]
            [rowLength];
    sums = vertical == null ? null : new int[rowLength];
  }

  void run(int fromRow, int toRow) {
    filled = vertical == null ? fromRow : vertical.first()[fromRow];
    for (int y = fromRow; y < toRow; y++) {
      int end = vertical == null ? y + 1 : vertical.end(y);
      while (filled < end) {
        addRows();
      }
      int out = Pixels.offset(result, 0, y);
      if (vertical == null) {
        storeSamples(row(y), result.rgb(), out, rowLength);
      } else {
        weighRows(y);
        storeSums(sums, result.rgb(), out, rowLength);
      }
    }
  }

  private int[] row(int y) {
    return ring[y % ring.length];
  }

  /** Brings the next image row, or two, into the ring. */
  private void addRows() {
    int y = filled;
    if (horizontal == null) {
      widen(image.rgb(), Pixels.offset(image, 0, y), row(y), rowLength);
      filled = y + 1;
      return;
    }
    int next = Math.min(y + 1, image.height() - 1);
    pack(image.rgb(), Pixels.offset(image, 0, y), Pixels.offset(image, 0, next), packed);
    weighColumns(packed, horizontal, packedSums);
    unpack(packedSums, row(y), row(next));
    filled = y + 2;
  }

  private static void widen(byte[] from, int at, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = from[at + i] & 0xff;
    }
  }

  private static void pack(byte[] from, int lower, int upper, long[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (from[lower + i] & 0xff) | (from[upper + i] & 0xffL) << Integer.SIZE;
    }
  }

  /** {@code sums[3x + c] = 1/2 + Σ_t w[x, t] · samples[first[x] + t, c]}, for two rows at once. */
  private static void weighColumns(long[] samples, AxisWeights axis, long[] sums) {
    int[] weights = axis.weights();
    for (int x = 0, out = 0; x < axis.first().length; x++, out += Pixels.CHANNELS) {
      int at = axis.first()[x] * Pixels.CHANNELS;
      int weight = x * axis.taps();
      long red = HALF_TWICE;
      long green = HALF_TWICE;
      long blue = HALF_TWICE;
      for (int end = weight + axis.count()[x]; weight < end; weight++, at += Pixels.CHANNELS) {
        long w = weights[weight];
        red += samples[at] * w;
        green += samples[at + 1] * w;
        blue += samples[at + 2] * w;
      }
      sums[out] = red;
      sums[out + 1] = green;
      sums[out + 2] = blue;
    }
  }

  /** Rounds and clamps the two rows; a loop of its own, because it can be vectorized. */
  private static void unpack(long[] sums, int[] lowerRow, int[] upperRow) {
    for (int i = 0; i < sums.length; i++) {
      lowerRow[i] = clamp((int) sums[i]);
    }
    for (int i = 0; i < sums.length; i++) {
      upperRow[i] = clamp(upper(sums[i]));
    }
  }

  private static int upper(long sums) {
    return (int) (sums - (int) sums >> Integer.SIZE);
  }

  /**
   * {@code sums[i] = Σ_t w[y, t] · row(first[y] + t)[i]}, four rows at a time; weights past the
   * count are zero.
   */
  private void weighRows(int y) {
    int first = vertical.first()[y];
    int last = vertical.end(y) - 1;
    int weight = y * vertical.taps();
    int[] w = vertical.weights();
    for (int t = first; t <= last; t += 4, weight += 4) {
      int[] a = row(t);
      int[] b = row(Math.min(t + 1, last));
      int[] c = row(Math.min(t + 2, last));
      int[] d = row(Math.min(t + 3, last));
      if (t == first) {
        setFour(sums, a, b, c, d, w[weight], w[weight + 1], w[weight + 2], w[weight + 3]);
      } else {
        addFour(sums, a, b, c, d, w[weight], w[weight + 1], w[weight + 2], w[weight + 3]);
      }
    }
  }

  private static void setFour(
      int[] sums, int[] a, int[] b, int[] c, int[] d, int wa, int wb, int wc, int wd) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = HALF + a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
    }
  }

  private static void addFour(
      int[] sums, int[] a, int[] b, int[] c, int[] d, int wa, int wb, int wc, int wd) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
    }
  }

  private static void storeSums(int[] sums, byte[] to, int at, int length) {
    for (int i = 0; i < length; i++) {
      to[at + i] = (byte) clamp(sums[i]);
    }
  }

  private static void storeSamples(int[] samples, byte[] to, int at, int length) {
    for (int i = 0; i < length; i++) {
      to[at + i] = (byte) samples[i];
    }
  }

  /** A rounded sum as a sample of 0 to 255. */
  private static int clamp(int sum) {
    return Math.max(0, Math.min(255, sum >> AxisWeights.PRECISION));
  }
}

package org.lmdeploy.model.image;

import java.util.Arrays;
import java.util.Optional;

/**
 * The resampling filters of Pillow, under the codes that {@code resample} has in a {@code
 * preprocessor_config.json}.
 *
 * <p>A filter is an even function {@code w(x)} that vanishes outside {@code [-support, support]};
 * when an image shrinks, the filter is stretched by the scale, so that every source pixel counts
 * (antialiasing).
 *
 * @see <a href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">Pillow:
 *     filters</a>
 */
public enum Filter {
  /** The nearest source pixel; no weighting. */
  NEAREST(0, 0),
  /** {@code sinc(x) · sinc(x / 3)}, {@code |x| < 3}. */
  LANCZOS(1, 3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  /** {@code 1 - |x|}. */
  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  /** Keys' cubic convolution with {@code a = -0.5}. */
  BICUBIC(3, 2) {
    @Override
    double weight(double x) {
      double a = -0.5;
      double d = Math.abs(x);
      if (d < 1) {
        return ((a + 2) * d - (a + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }
  },
  /** The mean of the covered source pixels. */
  BOX(4, 0.5) {
    @Override
    double weight(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  },
  /**
   * {@code sinc(x) · (0.54 + 0.46 cos πx)}, {@code |x| < 1}, the two constants in single precision.
   */
  HAMMING(5, 1) {
    @Override
    double weight(double x) {
      double distance = Math.abs(x);
      if (distance == 0) {
        return 1;
      }
      if (distance >= 1) {
        return 0;
      }
      double angle = distance * Math.PI;
      return Math.sin(angle) / angle * (0.54f + 0.46f * Math.cos(angle));
    }
  };

  private final int code;
  private final double support;

  Filter(int code, double support) {
    this.code = code;
    this.support = support;
  }

  /** The filter of a {@code resample} entry; empty for a number that is not from 0 to 5. */
  public static Optional<Filter> ofCode(int code) {
    return Arrays.stream(values()).filter(filter -> filter.code == code).findFirst();
  }

  /** Pillow's number for this filter. */
  public int code() {
    return code;
  }

  /** Half the width of the filter, in source pixels at scale 1. */
  double support() {
    return support;
  }

  /** The weight at distance {@code x} from the centre, not normalized. */
  double weight(double x) {
    throw new UnsupportedOperationException(this + " has no weights");
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }
}

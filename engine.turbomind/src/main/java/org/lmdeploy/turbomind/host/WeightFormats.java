package org.lmdeploy.turbomind.host;

import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.turbomind.host.kernel.WeightFormat;

/** The kernels' name of an element type. */
final class WeightFormats {
  private WeightFormats() {}

  /**
   * @throws UnsupportedFeatureException for types that are no weights
   */
  static WeightFormat of(DType dtype) {
    return switch (dtype) {
      case BF16 -> WeightFormat.BF16;
      case F16 -> WeightFormat.FP16;
      case F32 -> WeightFormat.FP32;
      case I64, I32, I8, U8 ->
          throw new UnsupportedFeatureException("the host device takes no weights of " + dtype);
    };
  }
}

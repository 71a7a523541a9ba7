package org.lmdeploy.runtime.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lmdeploy.api.image.RgbImage;

/**
 * WebP, with TwelveMonkeys' reader. The reader is made by its own provider, because ImageIO looks
 * for plugins through the thread's class loader, which sees no bundle. It is given the first frame
 * alone, so that it has neither alpha nor profiles to apply.
 */
final class WebpDecoder {

  private static final int RIFF_HEADER = 12;

  private WebpDecoder() {}

  static RgbImage decode(byte[] file, ImageLimits limits) throws IOException {
    WebpContainer container = WebpContainer.read(new Bytes(file));
    limits.check(ImageFormat.WEBP, container.canvasWidth(), container.canvasHeight());
    RgbImage frame =
        JdkReaders.use(
            new WebPImageReaderSpi().createReaderInstance(null),
            frameFile(file, container),
            reader -> RasterPixels.rgb(reader.read(0)));
    if (frame.width() == container.canvasWidth() && frame.height() == container.canvasHeight()) {
      return frame;
    }
    return Canvas.filled(container.canvasWidth(), container.canvasHeight(), 0)
        .paste(frame, container.left(), container.top())
        .image();
  }

  /** The frame's chunk as a file of its own. */
  private static byte[] frameFile(byte[] file, WebpContainer container) {
    int length = container.to() - container.from();
    int padded = length + (length & 1);
    byte[] bytes = new byte[RIFF_HEADER + padded];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {'R', 'I', 'F', 'F'})
        .putInt(RIFF_HEADER - 8 + padded)
        .put(new byte[] {'W', 'E', 'B', 'P'})
        .put(file, container.from(), length);
    return bytes;
  }
}

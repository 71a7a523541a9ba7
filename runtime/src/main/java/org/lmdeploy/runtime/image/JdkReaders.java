package org.lmdeploy.runtime.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The readers that the JDK brings; plugins that happen to be on the class path are passed over. */
final class JdkReaders {

  private JdkReaders() {}

  /** What is done with an open reader. */
  interface Use<T> {
    T with(ImageReader reader) throws IOException;
  }

  /** Opens the JDK's reader of a format on the bytes, uses it and frees what it holds. */
  static <T> T use(ImageFormat format, byte[] file, Use<T> use) throws IOException {
    return use(reader(format), file, use);
  }

  /** Opens a reader on the bytes, uses it and frees what it holds. */
  static <T> T use(ImageReader reader, byte[] file, Use<T> use) throws IOException {
    try (ByteArrayInput input = new ByteArrayInput(file)) {
      reader.setInput(input, true, true);
      return use.with(reader);
    } finally {
      reader.dispose();
    }
  }

  /** The first image of a file whose size needs no further care. */
  static BufferedImage read(ImageFormat format, byte[] file) throws IOException {
    return use(format, file, reader -> reader.read(0));
  }

  private static ImageReader reader(ImageFormat format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.label());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageReader.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException(
        "this Java has no " + format.label() + " reader; its module java.desktop is incomplete");
  }
}

package org.lmdeploy.shell.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.error.InvalidRequestException;

/** Images as a person names them: a path, or an address. */
public final class ImageFiles {
  private static final Pattern ADDRESS = Pattern.compile("(https?://|data:).*", Pattern.DOTALL);

  private ImageFiles() {}

  /**
   * Where the pixels come from.
   *
   * @throws InvalidRequestException if it is a path of no readable file
   */
  public static ImageSource source(String pathOrUrl) {
    if (ADDRESS.matcher(pathOrUrl).matches()) {
      return new ImageSource.Url(pathOrUrl);
    }
    Path file = Path.of(expandHome(pathOrUrl));
    if (!Files.isRegularFile(file)) {
      throw new InvalidRequestException("image", "There is no image file " + file.toAbsolutePath());
    }
    try {
      return new ImageSource.Encoded(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new InvalidRequestException(
          "image", "The image " + file + " cannot be read: " + e.getMessage());
    }
  }

  private static String expandHome(String path) {
    return path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
  }
}

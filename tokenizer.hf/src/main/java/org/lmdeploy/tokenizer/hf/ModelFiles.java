package org.lmdeploy.tokenizer.hf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.lmdeploy.api.error.InvalidModelException;

/** Files of a checkpoint, read whole and never beyond a limit. */
final class ModelFiles {
  private static final byte[] LFS_POINTER =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private ModelFiles() {}

  static byte[] bytes(Path file, long limit) {
    try (InputStream in = Files.newInputStream(file)) {
      // One byte more than allowed tells a file that grew, or that has no size, from one that fits.
      byte[] bytes = in.readNBytes(Math.toIntExact(limit + 1));
      if (bytes.length > limit) {
        throw new InvalidModelException(
            file + " is larger than the " + (limit >> 20) + " MiB that such a file may have");
      }
      if (startsWith(bytes, LFS_POINTER)) {
        throw new InvalidModelException(
            file + " is a Git LFS pointer; the file itself is needed (git lfs pull)");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new InvalidModelException(file + " is missing", e);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static String text(Path file, long limit) {
    try {
      // A decoder made new reports malformed input, where a String constructor would repair it.
      ByteBuffer bytes = ByteBuffer.wrap(bytes(file, limit));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(file + " is not UTF-8 text", e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    int mismatch = Arrays.mismatch(bytes, start);
    return mismatch < 0 || mismatch == start.length;
  }
}

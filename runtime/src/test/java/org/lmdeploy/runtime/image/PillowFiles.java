package org.lmdeploy.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Image files of every kind, with what Pillow makes of them. */
final class PillowFiles {

  /**
   * A file, and size and SHA-256 of the bytes that {@code Image.open(file).convert("RGB")} gives.
   */
  record Sample(String name, byte[] file, int width, int height, String sha256) {
    @Override
    public String toString() {
      return name;
    }
  }

  static final List<Sample> ALL = read();

  private PillowFiles() {}

  static byte[] file(String name) {
    return ALL.stream()
        .filter(sample -> sample.name().equals(name))
        .findFirst()
        .orElseThrow()
        .file();
  }

  private static List<Sample> read() {
    try (InputStream table = PillowFiles.class.getResourceAsStream("pillow.csv")) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(","))
          .map(
              cells ->
                  new Sample(
                      cells[0],
                      Base64.getDecoder().decode(cells[1]),
                      Integer.parseInt(cells[2]),
                      Integer.parseInt(cells[3]),
                      cells[4]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

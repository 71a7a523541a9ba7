package org.lmdeploy.model.llava;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.image.RgbImage;
import tools.jackson.databind.ObjectMapper;

/** What transformers computed for a small random model; written by make_reference.py. */
record ReferenceCase(
    String transformers,
    Map<String, Object> config,
    Map<String, Object> preprocessor,
    List<Picture> images,
    List<Turn> turns,
    double least_margin) {

  static final List<String> LLAVA = List.of("pad", "crop", "full", "siglip");
  static final List<String> LLAVA_NEXT = List.of("next-llama", "next-mistral", "next-odd");

  /**
   * An image of noise.
   *
   * @param embeddings the first two columns of each row
   */
  record Picture(
      int width, int height, int tiles, String rgb_sha256, int tokens, float[][] embeddings) {
    /** The upper bytes of a linear congruential generator. */
    RgbImage noise() {
      byte[] rgb = new byte[width * height * 3];
      int state = width * 31 + height;
      for (int i = 0; i < rgb.length; i++) {
        state = state * 1664525 + 1013904223;
        rgb[i] = (byte) (state >>> 24);
      }
      return new RgbImage(width, height, rgb);
    }
  }

  /** What a user says, and what follows from it: logits of its last position, a greedy answer. */
  record Turn(List<Part> parts, float[] logits, int[] greedy) {}

  /** Some ids, or the number of an image. */
  record Part(int[] ids, Integer image) {}

  static ReferenceCase load(String name) {
    try (InputStream in = ReferenceCase.class.getResourceAsStream("/reference/" + name + ".json")) {
      return new ObjectMapper().readValue(in, ReferenceCase.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

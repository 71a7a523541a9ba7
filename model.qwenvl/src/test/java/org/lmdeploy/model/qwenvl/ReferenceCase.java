package org.lmdeploy.model.qwenvl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * What the published formulas give for a small random checkpoint; written by make_reference.py.
 *
 * @param config as config.json has it
 * @param prompt ids, placeholders of images among them
 * @param embeddings some rows of all images' embeddings
 * @param logits of some positions of the prompt
 * @param greedy the ids of the answer
 * @param logitsAfterGreedy of the position of the last of them
 */
record ReferenceCase(
    Map<String, Object> config,
    int[] prompt,
    Map<Integer, float[]> embeddings,
    Map<Integer, float[]> logits,
    int[] greedy,
    float[] logitsAfterGreedy) {
  private record File(
      Map<String, Object> config,
      int[] prompt,
      Map<Integer, float[]> embeddings,
      Map<Integer, float[]> logits,
      int[] greedy,
      float[] logits_after_greedy) {}

  static ReferenceCase load(String name) {
    try (InputStream in = ReferenceCase.class.getResourceAsStream("/qwenvl/" + name + ".json")) {
      File file = new ObjectMapper().readValue(in, File.class);
      return new ReferenceCase(
          file.config,
          file.prompt,
          file.embeddings,
          file.logits,
          file.greedy,
          file.logits_after_greedy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.lmdeploy.testkit.golden;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.testkit.SharedFolder;
import tools.jackson.databind.ObjectMapper;

/** One golden: a picture with a question and what the reference made of them. */
record Scene(
    RgbImage image,
    OptionalInt maxTiles,
    String imageToken,
    int imageTokenId,
    int[] promptIds,
    int imageTokens,
    float[] firstImageToken,
    int[] logitIds,
    float[] logits,
    int[] answerIds,
    int eosId) {
  static Scene load(String goldens, int number) {
    Path folder = SharedFolder.of("goldens/" + goldens);
    String name = String.format("scene%02d", number);
    try {
      Map<?, ?> json =
          new ObjectMapper().readValue(Files.readString(folder.resolve(name + ".json")), Map.class);
      Map<?, ?> logits = (Map<?, ?>) json.get("logits");
      return new Scene(
          read(folder.resolve(name + ".png")),
          json.get("max_num") instanceof Number tiles
              ? OptionalInt.of(tiles.intValue())
              : OptionalInt.empty(),
          (String) json.get("image_token"),
          ((Number) json.get("image_token_id")).intValue(),
          ints(json.get("prompt_ids")),
          ((Number) json.get("image_tokens")).intValue(),
          floats(((Map<?, ?>) json.get("vision")).get("first_token_first16")),
          ints(logits.get("ids")),
          floats(logits.get("values")),
          ints(json.get("answer_ids")),
          ((Number) json.get("eos_id")).intValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RgbImage read(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * 3];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = image.getRGB(x, y);
        rgb[at++] = (byte) (pixel >> 16);
        rgb[at++] = (byte) (pixel >> 8);
        rgb[at++] = (byte) pixel;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static int[] ints(Object list) {
    return ((List<?>) list).stream().mapToInt(value -> ((Number) value).intValue()).toArray();
  }

  private static float[] floats(Object list) {
    List<?> values = (List<?>) list;
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) values.get(i)).floatValue();
    }
    return floats;
  }
}

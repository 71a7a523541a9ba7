package org.lmdeploy.itest;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Pictures with the demo model's reference answers. */
enum Scenes {
  NUMBER("scene00.png", "Describe this image.", "The image shows the number 983 in the center."),
  SHAPES(
      "scene02.png",
      "What is in the image?",
      "The image shows a black cross in the top left, a green square in the top right, a pink star"
          + " in the center and a red square in the middle right.");

  private final String file;
  private final String question;
  private final String answer;

  Scenes(String file, String question, String answer) {
    this.file = file;
    this.question = question;
    this.answer = answer;
  }

  String path() {
    try {
      return Path.of(Scenes.class.getResource("/" + file).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  String dataUrl() throws IOException {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(path())));
  }

  String question() {
    return question;
  }

  String answer() {
    return answer;
  }
}

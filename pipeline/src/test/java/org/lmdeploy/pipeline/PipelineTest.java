package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.ContextLengthExceededException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.ModelNotFoundException;

/** What a Java program does with the demo model. */
class PipelineTest {
  private static Pipeline pipe;

  @BeforeAll
  static void open() {
    pipe = Pipeline.open("tiny-internvl2");
  }

  @AfterAll
  static void close() {
    pipe.close();
  }

  @Test
  void answersAQuestionAboutAnImage() {
    Response response = pipe.infer("How many squares are there?", Image.of(square(Color.RED)));
    assertEquals("There is one square.", response.text());
    assertEquals(FinishReason.STOP, response.finishReason());
    assertEquals(response.tokenIds().size(), response.generatedTokens());
    assertEquals(
        response.text(),
        pipe.model()
            .tokenizer()
            .decode(response.tokenIds().stream().mapToInt(Integer::intValue).toArray(), true));
    assertTrue(response.inputTokens() > 64, "an image takes at least 64 tokens");
  }

  @Test
  void answersABatchInOrder() {
    List<Response> responses =
        pipe.infer(
            List.of(
                Prompt.of("Is there a red square?", Image.of(square(Color.RED))),
                Prompt.of("Is there a red square?", Image.of(square(Color.BLUE))),
                Prompt.of("Hello"),
                Prompt.of(
                    "How many squares are there?",
                    Image.of(square(Color.RED)),
                    Image.of(square(Color.BLUE)))));
    assertEquals("Yes, there is a red square.", responses.get(0).text());
    assertEquals("No, there is no red square.", responses.get(1).text());
    assertTrue(responses.get(2).inputTokens() < 64, "text alone has no image tokens");
    assertTrue(responses.get(3).inputTokens() > 128, "two images take at least 128 tokens");
  }

  @Test
  void takesMessagesAsOpenAiWritesThem() throws IOException {
    Map<String, Object> image =
        Map.of("type", "image_url", "image_url", Map.of("url", dataUrl(square(Color.RED))));
    Map<String, Object> text = Map.of("type", "text", "text", "Is there a red square?");
    Prompt prompt =
        Prompt.messages(List.of(Map.of("role", "user", "content", List.of(image, text))));
    assertEquals("Yes, there is a red square.", pipe.infer(prompt).text());
  }

  @Test
  void streamsWhatItWouldAnswer() {
    Prompt prompt = Prompt.of("Describe this image.", Image.of(square(Color.RED)));
    StringBuilder streamed = new StringBuilder();
    try (ResponseStream stream = pipe.stream(prompt)) {
      int chunks = 0;
      while (stream.hasNext()) {
        streamed.append(stream.next().text());
        chunks++;
      }
      assertTrue(chunks > 3, chunks + " chunks");
      assertEquals(streamed.toString(), stream.response().text());
    }
    assertEquals(pipe.infer(prompt).text(), streamed.toString());
  }

  @Test
  void remembersAConversation() {
    Session session = new Session();
    Response first = pipe.chat(session, "Is there a red square?", Image.of(square(Color.RED)));
    Response second = pipe.chat(session, "How many squares are there?");
    assertEquals("Yes, there is a red square.", first.text());
    assertTrue(second.inputTokens() > first.inputTokens() + first.generatedTokens());
    assertEquals(4, session.history().size());
  }

  @Test
  void samplesTheSameWithTheSameSeed() {
    GenerationConfig config =
        GenerationConfig.builder()
            .doSample(true)
            .temperature(2)
            .topK(0)
            .ignoreEos(true)
            .maxNewTokens(20)
            .seed(7)
            .build();
    Prompt prompt = Prompt.of("Hello");
    Response first = pipe.infer(prompt, config);
    assertEquals(first.tokenIds(), pipe.infer(prompt, config).tokenIds());
    assertEquals(20, first.generatedTokens());
    assertEquals(FinishReason.LENGTH, first.finishReason());
    assertFalse(
        first.tokenIds().equals(pipe.infer(prompt, config.toBuilder().seed(8).build()).tokenIds()));
  }

  @Test
  void refusesWhatCannotBe() {
    assertThrows(ModelNotFoundException.class, () -> Pipeline.open("no/such/model"));
    assertThrows(
        InvalidRequestException.class, () -> pipe.infer("x", Image.bytes(new byte[] {1, 2, 3})));
    assertThrows(
        InvalidRequestException.class, () -> pipe.infer("x", Image.url("file:///etc/hostname")));
    assertThrows(ContextLengthExceededException.class, () -> pipe.infer("a b c d ".repeat(4096)));
  }

  private static BufferedImage square(Color color) {
    BufferedImage image = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(235, 235, 235));
    graphics.fillRect(0, 0, 224, 224);
    graphics.setColor(color);
    graphics.fillRect(90, 90, 50, 50);
    graphics.dispose();
    return image;
  }

  private static String dataUrl(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}

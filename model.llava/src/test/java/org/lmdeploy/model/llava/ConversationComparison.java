package org.lmdeploy.model.llava;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.BuiltModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.model.image.PreprocessorKeys;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.golden.OneTokenTokenizer;

/**
 * Small random models on a device against transformers: bytes of tiles, embeddings of images of odd
 * sizes, logits and greedy answers of a conversation of two turns with several images; each under
 * all names that its weights may have.
 */
abstract class ConversationComparison {
  /** Opens the device to be tested. */
  protected abstract Device open();

  /** Largest relative error of logits and of embeddings, by the 2-norm. */
  protected double tolerance() {
    return 1e-3;
  }

  /** Whether the device chooses the reference's ids by itself; else it is given them. */
  protected boolean choosesIds() {
    return true;
  }

  /** In which layouts the cases are looked at. */
  protected List<Layout> layouts() {
    return List.of(Layout.values());
  }

  @TestFactory
  final Stream<DynamicTest> transformers() {
    return Stream.concat(ReferenceCase.LLAVA.stream(), ReferenceCase.LLAVA_NEXT.stream())
        .flatMap(
            name ->
                layouts().stream()
                    .filter(layout -> exists(name, layout))
                    .map(
                        layout ->
                            DynamicTest.dynamicTest(
                                name + " as " + layout, () -> compare(name, layout))));
  }

  /** What the original code does not have: other towers and projectors. */
  private static boolean exists(String name, Layout layout) {
    boolean original = layout == Layout.ORIGINAL || layout == Layout.ORIGINAL_BESIDE;
    return !original || !List.of("full", "siglip").contains(name);
  }

  private void compare(String name, Layout layout) {
    ReferenceCase one = ReferenceCase.load(name);
    ModelBlueprint blueprint = new LlavaFamily().blueprint(layout.files(one));
    ImageProcessor processor =
        blueprint.imageProcessor(new OneTokenTokenizer("<image>", 3)).orElseThrow();
    List<ProcessedImage> images =
        one.images().stream().map(picture -> process(one, picture, processor)).toList();
    try (Device device = open()) {
      HashedWeights weights = new HashedWeights(DType.F32, any -> true);
      BuiltModel model = blueprint.build(new NamedWeights(weights, layout), device);
      compareEmbeddings(one, images, model, device);
      try (Conversation run = new Conversation(model, blueprint.kvLayout(), device)) {
        compareTurns(one, images, run);
      }
    }
  }

  private static ProcessedImage process(
      ReferenceCase one, ReferenceCase.Picture picture, ImageProcessor processor) {
    RgbImage noise = picture.noise();
    ProcessedImage image = processor.process(noise, new ImagePart(new ImageSource.Pixels(noise)));
    assertEquals(picture.tokens(), image.tokens());
    assertEquals(picture.tiles(), image.pixels().shape().dim(0));
    // SigLIP's last incomplete patch is left out, so that its bytes are others
    if (!one.config().toString().contains("siglip")) {
      assertEquals(picture.rgb_sha256(), sha256(bytes(one, image)), picture::toString);
    }
    return image;
  }

  /** The bytes that pixels were made of, plane by plane. */
  private static byte[] bytes(ReferenceCase one, ProcessedImage image) {
    ConfigTree pixels = ConfigTree.of("preprocessor_config.json", one.preprocessor());
    float[] mean = PreprocessorKeys.mean(pixels, new double[3]);
    float[] std = PreprocessorKeys.std(pixels, new double[3]);
    int plane = (int) (image.pixels().shape().dim(2) * image.pixels().shape().dim(3));
    byte[] bytes = new byte[(int) image.pixels().shape().elements()];
    for (int i = 0; i < bytes.length; i++) {
      float value = image.pixels().data().getAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i);
      int channel = i / plane % 3;
      bytes[i] = (byte) Math.round((value * std[channel] + mean[channel]) * 255);
    }
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void compareEmbeddings(
      ReferenceCase one, List<ProcessedImage> images, BuiltModel model, Device device) {
    float[] rows;
    try (Frame _ = device.ops().frame()) {
      rows = device.ops().download(model.vision().orElseThrow().encode(images, device.ops()));
    }
    int row = 0;
    int count = images.stream().mapToInt(ProcessedImage::tokens).sum();
    int columns = rows.length / count;
    for (int i = 0; i < images.size(); i++) {
      float[][] expected = one.images().get(i).embeddings();
      float[] wanted = new float[2 * expected.length];
      float[] actual = new float[2 * expected.length];
      for (int token = 0; token < expected.length; token++, row++) {
        System.arraycopy(expected[token], 0, wanted, 2 * token, 2);
        System.arraycopy(rows, row * columns, actual, 2 * token, 2);
      }
      assertClose(wanted, actual, "image " + i);
    }
    assertEquals(count, row);
  }

  private void compareTurns(ReferenceCase one, List<ProcessedImage> images, Conversation run) {
    int[] before = {};
    for (ReferenceCase.Turn turn : one.turns()) {
      float[] logits = run.add(before, turn.parts(), images);
      assertClose(turn.logits(), logits, "logits");
      int[] greedy = new int[turn.greedy().length];
      for (int i = 0; i < greedy.length; i++) {
        greedy[i] = choosesIds() ? largest(logits) : turn.greedy()[i];
        if (i + 1 < greedy.length) {
          logits = run.add(greedy[i]);
        }
      }
      assertArrayEquals(turn.greedy(), greedy, "greedy ids");
      before = new int[] {greedy[greedy.length - 1]};
    }
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private void assertClose(float[] expected, float[] actual, String where) {
    assertEquals(expected.length, actual.length, where);
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    double relative = Math.sqrt(error / norm);
    assertTrue(relative < tolerance(), "relative error of " + where + ": " + relative);
  }
}

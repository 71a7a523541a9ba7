package org.lmdeploy.model.internvl.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.Frame;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.model.internvl.InternVlImageConfig;
import org.lmdeploy.testkit.HashedValues;
import org.lmdeploy.testkit.HashedWeights;
import org.lmdeploy.testkit.HostTensors;
import tools.jackson.databind.ObjectMapper;

/**
 * InternViT in its variants on a device against transformers, whose results make_reference.py
 * wrote: an image of two tiles and one of a single tile.
 */
abstract class VisionComparison {
  private static final int TEXT_HIDDEN = 20;
  private static final int TILES = 3;
  private static final double TOLERANCE = 1e-4;

  private record Reference(String transformers, Map<String, Object> config, float[][] embeddings) {}

  /** Opens the device to be tested. */
  protected abstract Device open();

  @TestFactory
  final Stream<DynamicTest> variants() {
    return Stream.of(
            "layer-norm", "rms-norm-qk-norm", "larger-tiles", "smaller-tiles-v1", "earlier-layer")
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(name)));
  }

  private void compare(String name) {
    Reference reference = load(name);
    ConfigTree tree = ConfigTree.of(name + ".json", reference.config);
    int size = InternVlImageConfig.of(tree, Optional.empty()).tileSize();
    VisionConfig config = VisionConfig.of(tree, size);
    HostTensor pixels = pixels(size);
    long rows = 3L * size;
    List<ProcessedImage> images =
        List.of(
            image(pixels.rows(0, 2 * rows).reshape(2, 3, size, size), config),
            image(pixels.rows(2 * rows, rows).reshape(1, 3, size, size), config));
    try (Device device = open()) {
      HashedWeights weights = new HashedWeights(DType.F32, any -> true);
      InternVit tower = InternVit.load(config, TEXT_HIDDEN, weights, device);
      try (Frame _ = device.ops().frame()) {
        assertClose(
            reference.embeddings, device.ops().download(tower.encode(images, device.ops())));
      }
    }
  }

  private static HostTensor pixels(int size) {
    float[] values = HashedValues.of("pixels", TILES * 3 * size * size);
    return HostTensors.of(DType.F32, values, TILES, 3, size, size);
  }

  private static ProcessedImage image(HostTensor pixels, VisionConfig config) {
    int tokens = Math.toIntExact(pixels.shape().dim(0)) * config.tokensPerTile();
    return new ProcessedImage(pixels, tokens, "key");
  }

  private static Reference load(String name) {
    try (InputStream in = VisionComparison.class.getResourceAsStream("/vision/" + name + ".json")) {
      return new ObjectMapper().readValue(in, Reference.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertClose(float[][] expected, float[] actual) {
    assertEquals(expected.length * TEXT_HIDDEN, actual.length, "elements");
    for (int row = 0; row < expected.length; row++) {
      float[] own = Arrays.copyOfRange(actual, row * TEXT_HIDDEN, (row + 1) * TEXT_HIDDEN);
      double error = 0;
      double norm = 0;
      for (int i = 0; i < own.length; i++) {
        error += Math.pow((double) own[i] - expected[row][i], 2);
        norm += Math.pow(expected[row][i], 2);
      }
      assertTrue(
          Math.sqrt(error / norm) < TOLERANCE, "row " + row + ": " + Math.sqrt(error / norm));
    }
  }
}

package org.lmdeploy.hub.write;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.hub.Configs;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.hub.safetensors.SafetensorsCheckpoint;

class RepackTest {
  private static final LocalModelFolders FOLDERS = new LocalModelFolders();
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir Path folder;
  private Path source;

  @BeforeEach
  void randomModel() throws IOException {
    source = folder.resolve("source");
    RandomCheckpoint.write(
        source, Configs.llama(Map.of("torch_dtype", "float32")), RandomCheckpoint.Options.DEFAULT);
  }

  @Test
  void splitIntoShardsAndMergedAgainTheWeightsAreTheSame() throws IOException {
    Repack.Result split = repack(source, "split", Optional.empty(), 40_000);
    assertEquals(0, split.converted());
    assertTrue(Files.exists(folder.resolve("split/model.safetensors.index.json")));
    assertFalse(Files.exists(folder.resolve("split/model.safetensors")));
    repack(folder.resolve("split"), "merged", Optional.empty(), Long.MAX_VALUE);
    assertFalse(Files.exists(folder.resolve("merged/model.safetensors.index.json")));
    try (SafetensorsCheckpoint old = FOLDERS.openFiles(source);
        SafetensorsCheckpoint one = FOLDERS.openFiles(folder.resolve("merged"));
        SafetensorsCheckpoint many = FOLDERS.openFiles(folder.resolve("split"))) {
      assertEquals(old.names(), one.names());
      assertEquals(old.names(), many.names());
      for (String name : old.names()) {
        assertEquals(-1, old.stored(name).data().mismatch(one.stored(name).data()), name);
        assertEquals(-1, old.stored(name).data().mismatch(many.stored(name).data()), name);
      }
    }
  }

  @Test
  void convertedValuesAreRoundedToTheNearestAndTheConfigurationSaysSo() throws IOException {
    Files.delete(source.resolve("model.safetensors"));
    float[] values = {1f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, -0f, 0x1p-24f, Float.NaN, 1e-3f};
    write(source, floats("a", values));
    repack(source, "bf16", Optional.of(DType.BF16), Long.MAX_VALUE);
    // between two the even one: 1 + 2^-8 goes down to 1, 1 + 3 * 2^-8 up to 1 + 2^-6
    assertArrayEquals(
        new int[] {0x3F80, 0x3F80, 0x3F82, 0x8000, 0x3380, 0x7FC0, 0x3A83}, bits("bf16", "a"));
    repack(source, "fp16", Optional.of(DType.F16), Long.MAX_VALUE);
    assertArrayEquals(
        new int[] {0x3C00, 0x3C04, 0x3C0C, 0x8000, 0x0001, 0x7E00, 0x1419}, bits("fp16", "a"));
    assertEquals(
        "float16", FOLDERS.read(folder.resolve("fp16")).config().text("torch_dtype", "none"));
    assertEquals("float32", FOLDERS.read(source).config().text("torch_dtype", "none"));
  }

  @Test
  void tensorsOfOtherTypesStayAsTheyAre() throws IOException {
    Files.delete(source.resolve("model.safetensors"));
    write(
        source,
        floats("a", 2f),
        new Bytes("ids", "I64", Shape.of(1), new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
        new Bytes("mask", "BOOL", Shape.of(3), new byte[] {1, 0, 1}));
    Repack.Result result = repack(source, "new", Optional.of(DType.F16), 8);
    assertEquals(new Repack.Result(3, 1, 2 + 8 + 3), result);
    try (SafetensorsCheckpoint written = FOLDERS.openFiles(folder.resolve("new"))) {
      assertEquals("I64", written.stored("ids").type());
      assertEquals("BOOL", written.stored("mask").type());
      assertArrayEquals(
          new byte[] {1, 0, 1}, written.stored("mask").data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void everythingButWeightsIsCopied() throws IOException {
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    Files.writeString(source.resolve("pytorch_model.bin"), "old weights");
    Files.createDirectories(source.resolve(".cache"));
    Files.writeString(source.resolve(".cache/lock"), "");
    Files.createDirectories(source.resolve("vision_tower"));
    Files.writeString(source.resolve("vision_tower/model.safetensors"), "another part");
    repack(source, "new", Optional.empty(), Long.MAX_VALUE);
    assertEquals(
        List.of("config.json", "model.safetensors", "tokenizer.json", "vision_tower"),
        names(folder.resolve("new")));
    assertEquals(
        "another part", Files.readString(folder.resolve("new/vision_tower/model.safetensors")));
  }

  @Test
  void aValueThatDoesNotFitIsNamedAndNothingIsLeft() throws IOException {
    Files.delete(source.resolve("model.safetensors"));
    write(source, floats("large", 1f, 70_000f));
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> repack(source, "new", Optional.of(DType.F16), Long.MAX_VALUE));
    assertTrue(refused.getMessage().contains("tensor large holds 70000.0"), refused::getMessage);
    assertEquals(List.of("source"), names(folder));
  }

  @Test
  void aPlaceThatIsTakenIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    repack(source, "empty", Optional.empty(), Long.MAX_VALUE);
    InvalidRequestException taken =
        assertThrows(
            InvalidRequestException.class,
            () -> repack(source, "empty", Optional.empty(), Long.MAX_VALUE));
    assertTrue(taken.getMessage().contains("holds something already"), taken::getMessage);
    InvalidRequestException inside =
        assertThrows(
            InvalidRequestException.class,
            () -> repack(source, "source/new", Optional.empty(), Long.MAX_VALUE));
    assertTrue(inside.getMessage().contains("lies in the folder"), inside::getMessage);
  }

  @Test
  void quantizedWeightsAreNotConverted() throws IOException {
    RandomCheckpoint.write(
        folder.resolve("awq"),
        Configs.llama(Map.of("quantization_config", Map.of("quant_method", "awq"))),
        RandomCheckpoint.Options.DEFAULT);
    assertThrows(
        UnsupportedFeatureException.class,
        () -> repack(folder.resolve("awq"), "new", Optional.of(DType.F16), Long.MAX_VALUE));
    assertEquals(0, repack(folder.resolve("awq"), "new", Optional.empty(), 40_000).converted());
  }

  private Repack.Result repack(Path from, String to, Optional<DType> dtype, long shardBytes)
      throws IOException {
    return Repack.write(
        from, folder.resolve(to), new Repack.Options(dtype, shardBytes), stage -> {});
  }

  private int[] bits(String name, String tensor) {
    try (SafetensorsCheckpoint written = FOLDERS.openFiles(folder.resolve(name))) {
      MemorySegment data = written.stored(tensor).data();
      int[] bits = new int[(int) data.byteSize() / 2];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = data.get(SHORT, 2L * i) & 0xFFFF;
      }
      return bits;
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void write(Path folder, Bytes... tensors) throws IOException {
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        List.of(tensors),
        tensor ->
            (part, offset) ->
                part.copyFrom(
                    MemorySegment.ofArray(tensor.content()).asSlice(offset, part.byteSize())));
  }

  private static Bytes floats(String name, float... values) {
    byte[] content = new byte[4 * values.length];
    MemorySegment.ofArray(content)
        .copyFrom(MemorySegment.ofArray(values)); // the machines this runs on are little-endian
    return new Bytes(name, "F32", Shape.of(values.length), content);
  }

  private record Bytes(String name, String type, Shape shape, byte[] content)
      implements StoredTensor {
    @Override
    public long bytes() {
      return content.length;
    }
  }
}

package org.lmdeploy.hub.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void tensorsLieWhereTheHeaderSays() throws IOException {
    try (var checkpoint =
        SafetensorsFixture.open(folder, SafetensorsFixture.file(SafetensorsFixture.GOOD, 12))) {
      assertEquals(Set.of("a", "b"), checkpoint.names());
      assertEquals(12, checkpoint.bytes());
      var b = checkpoint.tensor("b");
      assertEquals(DType.BF16, b.dtype());
      assertEquals(Shape.of(1, 2), b.shape());
      assertArrayEquals(new byte[] {8, 9, 10, 11}, b.data().toArray(ValueLayout.JAVA_BYTE));
      assertTrue(b.data().isReadOnly() && b.data().isMapped());
    }
  }

  @Test
  void aClosedCheckpointCannotBeRead() throws IOException {
    var checkpoint =
        SafetensorsFixture.open(folder, SafetensorsFixture.file(SafetensorsFixture.GOOD, 12));
    var data = checkpoint.tensor("a").data();
    checkpoint.close();
    checkpoint.close();
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void aMissingTensorNamesSimilarOnes() throws IOException {
    String header = "{\"x.norm.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    try (var checkpoint = SafetensorsFixture.open(folder, SafetensorsFixture.file(header, 4))) {
      var e = assertThrows(InvalidModelException.class, () -> checkpoint.tensor("norm.weight"));
      assertTrue(e.getMessage().contains("it has x.norm.weight"), e.getMessage());
    }
  }

  @Test
  void aTypeThatNothingComputesWithIsRefusedOnlyWhenAsked() throws IOException {
    String header = "{\"mask\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[0,4]}}";
    try (var checkpoint = SafetensorsFixture.open(folder, SafetensorsFixture.file(header, 4))) {
      var e = assertThrows(InvalidModelException.class, () -> checkpoint.tensor("mask"));
      assertTrue(e.getMessage().contains("BOOL"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}1 | something follows",
        "[] | has to be an object",
        "{\"a\":1} | tensor a has to be an object",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3]}} | needs dtype, shape and data_offsets",
        "{\"a\":{\"dtype\":\"F33\",\"shape\":[3],\"data_offsets\":[0,12]}} | unknown dtype 'F33'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-3],\"data_offsets\":[0,12]}} | -3 in shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,12]}} | whole numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[-12,0]}} | -12 in data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[12,0]}} | behind its end",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | needs 12 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12,14]}} | more than 2"
            + " numbers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}} | the file has only 12",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | 4 bytes behind its last"
            + " tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | behind a gap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,12]}} |"
            + " 2^63",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,12]}} |"
            + " 2^63",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,12]}} | no"
            + " valid JSON",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[4,12]}}"
            + " | inside the tensor before it",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]},\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[6,12]}}"
            + " | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12],\"x\":1}} | unknown key"
            + " 'x'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_ | no valid JSON",
      })
  void damagedHeadersSayWhatIsWrong(String header, String problem) {
    var e =
        assertThrows(
            InvalidModelException.class,
            () -> SafetensorsFixture.open(folder, SafetensorsFixture.file(header, 12)));
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
  }

  @Test
  void impossibleHeaderLengthsAreRefused() {
    for (long length : new long[] {0, 1, -1, Long.MIN_VALUE, 100_000_001, Long.MAX_VALUE, 13}) {
      byte[] file = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertThrows(InvalidModelException.class, () -> SafetensorsFixture.open(folder, file));
    }
  }

  @Test
  void everyTruncationIsATypedError() {
    byte[] good = SafetensorsFixture.file(SafetensorsFixture.GOOD, 12);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThrows(InvalidModelException.class, () -> SafetensorsFixture.open(folder, cut));
    }
  }
}

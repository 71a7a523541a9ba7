package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "5GB, 5000000000",
    "5 gib, 5368709120",
    "1.5MB, 1500000",
    "123, 123",
    "7B, 7",
    "2KiB, 2048",
    "3TB, 3000000000000"
  })
  void sizesAreReadInDecimalAndBinaryUnits(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse("max-shard-size", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GB", "-1GB", "0", "0.1", "5 apples", "99999999TB", "1e9"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(InvalidRequestException.class, () -> ByteSize.parse("max-shard-size", text));
  }
}

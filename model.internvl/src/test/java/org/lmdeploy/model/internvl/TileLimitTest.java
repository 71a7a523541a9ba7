package org.lmdeploy.model.internvl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImagePart.Detail;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.error.InvalidRequestException;

class TileLimitTest {

  private static final ImageSource NONE = new ImageSource.Url("data:,");

  @ParameterizedTest
  @CsvSource({"LOW,6", "MEDIUM,12", "HIGH,24", "AUTO,7"})
  void detailNamesALimit(Detail detail, int limit) {
    assertEquals(limit, TileLimit.of(new ImagePart(NONE, detail, OptionalInt.empty()), 7));
  }

  @Test
  void aNumberOutranksDetail() {
    assertEquals(3, TileLimit.of(new ImagePart(NONE, Detail.HIGH, OptionalInt.of(3)), 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, TileLimit.MOST + 1, Integer.MAX_VALUE})
  void refusesNumbersOutOfRange(int wanted) {
    ImagePart part = new ImagePart(NONE, Detail.AUTO, OptionalInt.of(wanted));
    InvalidRequestException error =
        assertThrows(InvalidRequestException.class, () -> TileLimit.of(part, 7));
    assertEquals("max_dynamic_patch", error.parameter().orElseThrow());
  }
}

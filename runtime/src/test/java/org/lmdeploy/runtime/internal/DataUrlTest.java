package org.lmdeploy.runtime.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.InvalidRequestException;

class DataUrlTest {
  @Test
  void decodes() {
    byte[] bytes = {0, 1, 2, (byte) 255};
    String encoded = Base64.getEncoder().encodeToString(bytes);
    assertArrayEquals(bytes, DataUrl.decode("data:image/png;base64," + encoded, 4));
    assertArrayEquals(bytes, DataUrl.decode("DATA:;BASE64," + encoded, 4));
  }

  @Test
  void refuses() {
    refused("data:image/png,abc");
    refused("data:image/png;base64");
    refused("data:image/png;base64,!!!!");
    refused("data:image/png;base64," + "A".repeat(400));
  }

  private static void refused(String url) {
    assertThrows(InvalidRequestException.class, () -> DataUrl.decode(url, 100));
  }
}

package org.lmdeploy.model.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TinyInternVl2Test {
  private final TinyInternVl2 model = new TinyInternVl2();

  @Test
  void versionIsTheHashOfTheFiles() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String file : model.files().stream().sorted().toList()) {
      digest.update(file.getBytes(StandardCharsets.UTF_8));
      try (InputStream in = model.open(file)) {
        digest.update(in.readAllBytes());
      }
    }
    assertEquals(HexFormat.of().formatHex(digest.digest()).substring(0, 12), model.version());
  }

  @Test
  void anotherFileIsRefused() {
    assertThrows(FileNotFoundException.class, () -> model.open("../TinyInternVl2.class"));
  }
}

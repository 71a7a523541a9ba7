package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir private Path root;

  @Test
  void systemPropertiesAreFilledIn() throws Exception {
    Settings settings = read("dir=${lmdeploy.home}/plugins,${lmdeploy.storage}/x\n");
    assertEquals(root + "/plugins," + root + "/slot/x", settings.framework().get("dir"));
  }

  @Test
  void anUnknownNameIsAnErrorThatNamesIt() {
    LaunchException failure = assertThrows(LaunchException.class, () -> read("a=${no.such.name}"));
    assertTrue(failure.getMessage().contains("${no.such.name}"), failure::getMessage);
    assertTrue(failure.getMessage().contains("framework.properties"), failure::getMessage);
  }

  @Test
  void theLaunchersOwnSettingsAreNotTheFrameworks() throws Exception {
    Settings settings = read("lmdeploy.launcher.first=a, b\nother=c\n");
    assertEquals(List.of("a", "b"), settings.list("first"));
    assertEquals(List.of(), settings.list("idle"));
    assertFalse(settings.framework().containsKey("lmdeploy.launcher.first"));
  }

  private Settings read(String text) throws IOException, LaunchException {
    Files.createDirectories(root.resolve("conf"));
    Files.writeString(root.resolve("conf/framework.properties"), text);
    return Settings.read(new Home(root, root.resolve("cache")), root.resolve("slot"));
  }
}

package org.lmdeploy.hub.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelSource;

class ModelScopeTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir private Path home;
  private FakeModelScope server;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    server = new FakeModelScope();
    server.put("config.json", "{}");
    server.put(WEIGHTS, "weights");
    server.put("README.md", "text");
    environment.put("LMDEPLOY_USE_MODELSCOPE", "True");
    environment.put("MODELSCOPE_ENDPOINT", server.hub.address().toString());
    environment.put("MODELSCOPE_CACHE", home.resolve("ms").toString());
    environment.put("MODELSCOPE_API_TOKEN", "ms-secret");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aDownloadHasTheLayoutOfModelScopesCache() throws IOException {
    FoundModel found = find();
    assertEquals(
        home.resolve("ms/models/lmdeploy--tiny-internvl2.5/snapshots/master"), found.folder());
    assertEquals(FakeModelScope.ID, found.name());
    try (var files = Files.list(found.folder())) {
      assertEquals(
          List.of("config.json", WEIGHTS),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals("weights", Files.readString(found.folder().resolve(WEIGHTS)));
    assertTrue(
        server.hub.asked.stream()
            .allMatch(
                asked ->
                    asked.authorization().equals("Bearer ms-secret")
                        && asked.cookie().equals("m_session_id=ms-secret")));
    // the name that the Python tool gives the same lock
    assertTrue(
        Files.exists(
            home.resolve(
                "ms/.lock/file_"
                    + FakeHuggingFace.hash(
                        "SHA-256",
                        ("modelscope-hub-download-lock-v2\0file\0model\0"
                                + FakeModelScope.ID
                                + "\0config.json")
                            .getBytes(StandardCharsets.UTF_8))
                    + ".lock")));
  }

  @Test
  void aBranchThatMovedOnIsFetchedAgainEvenWithFilesOfTheSameSize() throws IOException {
    find();
    server.hub.asked.clear();
    assertTrue(find().evidence().endsWith(", cached"));
    assertEquals(1, server.hub.asked.size());
    server.put(WEIGHTS, "WEIGHTS");
    server.committed = System.currentTimeMillis() / 1000 + 1000;
    assertEquals("WEIGHTS", Files.readString(find().folder().resolve(WEIGHTS)));
    assertEquals(0, server.hub.count("GET", "FilePath=config.json"));
  }

  @Test
  void theFolderOfOlderVersionsIsUsedAndItsContentsAreCompared() throws IOException {
    Path old = home.resolve("ms/hub/models/lmdeploy/tiny-internvl2___5");
    Files.createDirectories(old);
    Files.writeString(old.resolve(WEIGHTS), "weightz");
    FoundModel found = find();
    assertEquals(old, found.folder());
    assertEquals("weights", Files.readString(old.resolve(WEIGHTS)));
  }

  @Test
  void anEarlierDownloadIsGoneOnWith() throws IOException {
    Path folder = home.resolve("ms/models/lmdeploy--tiny-internvl2.5/snapshots/master");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(WEIGHTS + ".incomplete"), "weig");
    assertArrayEquals(
        server.files.get(WEIGHTS), Files.readAllBytes(find().folder().resolve(WEIGHTS)));
    assertEquals("bytes=4-", server.hub.asked.getLast().range());
  }

  @Test
  void wrongContentsAreAnErrorTheSecondTime() {
    LocalServer.Handler wrong = LocalServer.bytes("WRONG!!".getBytes(StandardCharsets.UTF_8));
    server.hub.faults.addAll(
        Arrays.asList(
            LocalServer.on("GET", "FilePath=" + WEIGHTS, wrong),
            LocalServer.on("GET", "FilePath=" + WEIGHTS, wrong)));
    assertTrue(
        assertThrows(InvalidModelException.class, this::find)
            .getMessage()
            .contains("arrived twice"));
  }

  @Test
  void aRevisionThatIsNotThereIsSaid() {
    ModelNotFoundException refused =
        assertThrows(
            ModelNotFoundException.class,
            () ->
                models()
                    .find(
                        new ModelSource(FakeModelScope.ID, Optional.of("v9"), Optional.empty()),
                        lines::add));
    assertTrue(refused.getMessage().contains("with the revision 'v9'"), refused::getMessage);
  }

  @Test
  void offlineTheCacheIsAllThereIs() {
    find();
    environment.put("HF_HUB_OFFLINE", "yes");
    server.hub.asked.clear();
    assertTrue(find().evidence().endsWith("cached; offline"));
    assertTrue(server.hub.asked.isEmpty());
  }

  private FoundModel find() {
    return models().find(ModelSource.of(FakeModelScope.ID), lines::add).orElseThrow();
  }

  private RemoteModels models() {
    return new RemoteModels(
        new HubSettings(environment, home), time -> {}, folder -> Long.MAX_VALUE);
  }
}

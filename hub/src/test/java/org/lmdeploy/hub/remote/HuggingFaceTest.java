package org.lmdeploy.hub.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelSource;

class HuggingFaceTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final int SIZE = 300_000;

  @TempDir private Path home;
  private FakeHuggingFace server;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final List<Long> waits = new ArrayList<>();
  private long freeSpace = Long.MAX_VALUE;

  @BeforeEach
  void serve() throws IOException {
    server = new FakeHuggingFace();
    server.put("config.json", "{\"architectures\":[\"X\"]}");
    server.put("tokenizer.json", "{}");
    server.put("README.md", "# A model");
    server.put("pytorch_model.bin", "pickled");
    server.put("onnx/model.json", "{}");
    server.put("original/params.json", "{}");
    byte[] weights = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      weights[i] = (byte) (i * 31 + (i >> 8));
    }
    server.files.put(WEIGHTS, weights);
    environment.put("HF_ENDPOINT", server.hub.address().toString());
    environment.put("HF_HOME", home.resolve("hf").toString());
    environment.put("HF_HUB_DOWNLOAD_TIMEOUT", "60");
    environment.put("HF_HUB_ETAG_TIMEOUT", "60");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aDownloadHasTheLayoutOfHuggingFacesCache() throws IOException {
    FoundModel found = find();
    Path repository = home.resolve("hf/hub/models--lmdeploy--tiny-internvl2");
    assertEquals(repository.resolve("snapshots").resolve(FakeHuggingFace.COMMIT), found.folder());
    assertEquals(FakeHuggingFace.ID, found.name());
    assertEquals(Optional.of(FakeHuggingFace.COMMIT), found.revision());
    assertTrue(
        found
            .evidence()
            .endsWith(
                "/lmdeploy/tiny-internvl2, revision main, which is commit %s, downloaded"
                    .formatted(FakeHuggingFace.COMMIT)),
        found::evidence);
    String at = "snapshots/" + FakeHuggingFace.COMMIT + "/";
    assertEquals(
        Set.of(
            "blobs/" + server.tag("config.json"),
            "blobs/" + server.tag("tokenizer.json"),
            "blobs/" + server.tag(WEIGHTS),
            "refs/main = " + FakeHuggingFace.COMMIT,
            at + "config.json -> ../../blobs/" + server.tag("config.json"),
            at + "tokenizer.json -> ../../blobs/" + server.tag("tokenizer.json"),
            at + "model.safetensors -> ../../blobs/" + server.tag(WEIGHTS)),
        listing(repository));
    assertArrayEquals(
        server.files.get(WEIGHTS), Files.readAllBytes(found.folder().resolve(WEIGHTS)));
    assertTrue(lines.getLast().contains("100 %"), lines::toString);
  }

  @Test
  void whatTheCacheHasIsNotFetchedAgain() {
    find();
    server.hub.asked.clear();
    server.store.asked.clear();
    assertTrue(find().evidence().endsWith(", cached"));
    assertEquals(1, server.hub.asked.size());
    assertTrue(server.store.asked.isEmpty());
  }

  @Test
  void aRevisionMayHaveSlashesOrBeACommit() {
    assertEquals(FakeHuggingFace.COMMIT, find("refs/pr/1").revision().orElseThrow());
    assertTrue(
        Files.exists(home.resolve("hf/hub/models--lmdeploy--tiny-internvl2/refs/refs/pr/1")));
    FoundModel pinned = find(FakeHuggingFace.COMMIT);
    assertTrue(pinned.evidence().contains("revision " + FakeHuggingFace.COMMIT + ", cached"));
    fails(ModelNotFoundException.class, "has no revision 'v9'", "v9");
  }

  @Test
  void theFolderForDownloadsIsACache() {
    Path other = home.resolve("other");
    FoundModel found =
        models()
            .find(
                new ModelSource(FakeHuggingFace.ID, Optional.empty(), Optional.of(other)),
                lines::add)
            .orElseThrow();
    assertTrue(found.folder().startsWith(other.resolve("models--lmdeploy--tiny-internvl2")));
  }

  @Test
  void offlineTheCacheIsAllThereIs() {
    environment.put("HF_HUB_OFFLINE", "1");
    fails(ModelNotFoundException.class, "HF_HUB_OFFLINE forbids", null);
    environment.remove("HF_HUB_OFFLINE");
    find();
    environment.put("HF_HUB_OFFLINE", "1");
    server.hub.asked.clear();
    assertTrue(find().evidence().endsWith("cached; offline"));
    assertTrue(server.hub.asked.isEmpty());
  }

  @Test
  void anInterruptedDownloadIsNotTakenForAModelOffline() throws IOException {
    Path folder = find().folder();
    Files.delete(folder.resolve(WEIGHTS));
    environment.put("HF_HUB_OFFLINE", "1");
    fails(ModelNotFoundException.class, "the cache has only a part of", null);
  }

  @Test
  void aHubThatIsGoneLeavesTheCache() throws IOException {
    find();
    server.close();
    assertTrue(find().evidence().endsWith("cached; the hub could not be reached"));
    assertTrue(String.join("\n", lines).contains("cannot be reached ("), lines::toString);
    environment.put("HF_HOME", home.resolve("empty").toString());
    fails(UnavailableException.class, "is not in the cache", null);
  }

  @Test
  void aBrokenConnectionIsResumedWhereItBroke() throws IOException {
    byte[] whole = server.files.get(WEIGHTS);
    server.store.faults.add(LocalServer.on("GET", "?sig=1", LocalServer.broken(whole, 100_000)));
    FoundModel found = find();
    assertArrayEquals(whole, Files.readAllBytes(found.folder().resolve(WEIGHTS)));
    List<LocalServer.Asked> gets = server.store.asked;
    assertEquals(2, gets.size());
    assertNull(gets.get(0).range());
    assertTrue(gets.get(1).range().matches("bytes=[1-9][0-9]*-"), gets::toString);
    assertEquals(List.of(1L), waits);
  }

  @Test
  void anEarlierDownloadIsGoneOnWith() throws IOException {
    byte[] whole = server.files.get(WEIGHTS);
    incomplete(Arrays.copyOf(whole, 12_345));
    FoundModel found = find();
    assertArrayEquals(whole, Files.readAllBytes(found.folder().resolve(WEIGHTS)));
    assertEquals("bytes=12345-", server.store.asked.getFirst().range());
    assertEquals(1, server.store.asked.size());
  }

  @Test
  void anEmptyFileIsAFile() throws IOException {
    server.put("vocab.txt", "");
    assertEquals(0, Files.size(find().folder().resolve("vocab.txt")));
  }

  @Test
  void aServerWithoutRangesSendsAllAgain() throws IOException {
    byte[] whole = server.files.get(WEIGHTS);
    incomplete(Arrays.copyOf(whole, 12_345));
    server.store.faults.add(LocalServer.on("GET", "?sig=1", LocalServer.bytes(whole)));
    assertArrayEquals(whole, Files.readAllBytes(find().folder().resolve(WEIGHTS)));
    assertEquals(1, server.store.asked.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {SIZE, SIZE + 5, 12_345})
  void aRestThatIsWrongIsFetchedAnew(int length) throws IOException {
    incomplete(new byte[length]);
    assertArrayEquals(
        server.files.get(WEIGHTS), Files.readAllBytes(find().folder().resolve(WEIGHTS)));
    assertTrue(String.join("\n", lines).contains("is fetched again"), lines::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {SIZE, SIZE - 1, SIZE + 1})
  void contentsThatAreWrongTwiceAreAnError(int length) throws IOException {
    LocalServer.Handler wrong = LocalServer.bytes(new byte[length]);
    server.store.faults.add(LocalServer.on("GET", "?sig=1", wrong));
    server.store.faults.add(LocalServer.on("GET", "?sig=1", wrong));
    fails(InvalidModelException.class, "model.safetensors arrived twice", null);
    Path blobs = home.resolve("hf/hub/models--lmdeploy--tiny-internvl2/blobs");
    try (Stream<Path> left = Files.list(blobs)) {
      assertFalse(left.anyMatch(file -> file.toString().contains(server.tag(WEIGHTS))));
    }
    // the small files of the first attempt were right and stay
    assertTrue(Files.exists(blobs.resolve(server.tag("config.json"))));
  }

  @Test
  void aSmallFileIsCheckedToo() throws IOException {
    byte[] wrong = server.files.get("config.json").clone();
    wrong[0]++;
    server.hub.faults.add(LocalServer.on("GET", "/config.json", LocalServer.bytes(wrong)));
    assertArrayEquals(
        server.files.get("config.json"),
        Files.readAllBytes(find().folder().resolve("config.json")));
    assertEquals(2, server.hub.count("GET", "/config.json"));
  }

  @Test
  void aBusyServerIsAskedAgainAfterTheTimeItNames() {
    server.hub.faults.add(LocalServer.on("GET", "/revision/main", LocalServer.status(503)));
    server.hub.faults.add(
        LocalServer.on(
            "GET",
            "/revision/main",
            exchange -> {
              exchange.getResponseHeaders().set("Retry-After", "7");
              exchange.sendResponseHeaders(429, -1);
            }));
    find();
    assertEquals(List.of(1L, 7L), waits);
  }

  @Test
  void aServerThatStaysBusyIsGivenUp() {
    for (int i = 0; i < 5; i++) {
      server.hub.faults.add(LocalServer.on("GET", "/revision/main", LocalServer.status(500)));
    }
    fails(UnavailableException.class, "answered with status 500", null);
    assertEquals(List.of(1L, 2L, 4L, 8L), waits);
  }

  @Test
  void aStoreThatFallsSilentIsGivenUpAndAskedAgain() throws IOException {
    environment.put("HF_HUB_DOWNLOAD_TIMEOUT", "1");
    CompletableFuture<Void> ended = new CompletableFuture<>();
    byte[] whole = server.files.get(WEIGHTS);
    server.store.faults.add(
        LocalServer.on(
            "GET",
            "?sig=1",
            exchange -> {
              exchange.sendResponseHeaders(200, whole.length);
              exchange.getResponseBody().write(whole, 0, 1000);
              exchange.getResponseBody().flush();
              ended.join();
            }));
    try {
      assertArrayEquals(whole, Files.readAllBytes(find().folder().resolve(WEIGHTS)));
    } finally {
      ended.complete(null);
    }
    assertFalse(waits.isEmpty());
  }

  @Test
  void theTokenGoesToTheHubOnly() throws IOException {
    server.token = "hf_secret";
    fails(ModelNotFoundException.class, "set HF_TOKEN to a token", null);
    Files.createDirectories(home.resolve("hf"));
    Files.writeString(home.resolve("hf/token"), "hf_wrong\n");
    server.errorCode = "GatedRepo";
    fails(ModelNotFoundException.class, "is gated: its terms have to be accepted at", null);
    environment.put("HUGGING_FACE_HUB_TOKEN", "hf_secret");
    find();
    assertFalse(server.store.asked.isEmpty());
    assertTrue(server.store.asked.stream().allMatch(asked -> asked.authorization() == null));
  }

  @Test
  void whatIsNotThereIsSaid() {
    LmDeployException refused =
        assertThrows(
            ModelNotFoundException.class,
            () -> models().find(ModelSource.of("nobody/nothing"), lines::add));
    assertTrue(refused.getMessage().startsWith("nobody/nothing is not at http://127.0.0.1"));
    assertTrue(waits.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil.json", "/etc/passwd", "a/../../b.json", "a\\\\b", "C:x.json"})
  void hostileFileNamesAreRefused(String name) {
    server.files.put(name, new byte[1]);
    fails(InvalidModelException.class, "could lead out of its folder", null);
    assertFalse(Files.exists(home.resolve("hf")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a//b", "", "/main", "a\0b"})
  void hostileRevisionsAreRefused(String revision) {
    fails(InvalidRequestException.class, "is no name of a branch, tag or commit", revision);
  }

  @Test
  void weightsThatAreNotReadAreNotDownloaded() {
    server.files.remove(WEIGHTS);
    fails(InvalidModelException.class, "are pickled PyTorch files (pytorch_model.bin)", null);
    assertEquals(0, server.hub.count("GET", "pytorch_model.bin"));
  }

  @Test
  void theShardsOfTheIndexAreFetchedAndNoOthers() {
    byte[] shard = server.files.remove(WEIGHTS);
    server.files.put("model-00001-of-00001.safetensors", shard);
    server.files.put("consolidated.safetensors", shard);
    server.put(
        "model.safetensors.index.json",
        "{\"weight_map\":{\"a\":\"model-00001-of-00001.safetensors\"}}");
    Path folder = find().folder();
    assertTrue(Files.exists(folder.resolve("model-00001-of-00001.safetensors")));
    assertFalse(Files.exists(folder.resolve("consolidated.safetensors")));
  }

  @Test
  void aDiskThatIsTooSmallIsSaidBeforeTheDownload() {
    freeSpace = 65L << 20;
    find();
    environment.put("HF_HOME", home.resolve("second").toString());
    freeSpace = (64L << 20) + SIZE - 1;
    fails(UnavailableException.class, "needs 1 MB more, and the disk of the cache", null);
    assertEquals(1, server.store.asked.size());
  }

  @Test
  void manyAtOnceFetchEachFileOnce() {
    List<CompletableFuture<FoundModel>> all =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> find())).limit(4).toList();
    assertEquals(
        1, all.stream().map(CompletableFuture::join).map(FoundModel::folder).distinct().count());
    assertEquals(1, server.store.count("GET", "?sig=1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/b", "a", "a/b/c", "./a/b", "a/..", "-a/b", "a/b.", "a--b/c", "~/a"})
  void otherNamesAreNoIds(String name) {
    assertEquals(Optional.empty(), models().find(ModelSource.of(name), lines::add));
    assertTrue(server.hub.asked.isEmpty());
  }

  private void incomplete(byte[] bytes) throws IOException {
    Path blobs = home.resolve("hf/hub/models--lmdeploy--tiny-internvl2/blobs");
    Files.createDirectories(blobs);
    Files.write(blobs.resolve(server.tag(WEIGHTS) + ".incomplete"), bytes);
  }

  private FoundModel find() {
    return find(null);
  }

  private FoundModel find(String revision) {
    return models()
        .find(
            new ModelSource(FakeHuggingFace.ID, Optional.ofNullable(revision), Optional.empty()),
            this::tell)
        .orElseThrow();
  }

  private void tell(String line) {
    synchronized (lines) {
      lines.add(line);
    }
  }

  private RemoteModels models() {
    return new RemoteModels(
        new HubSettings(environment, home),
        time -> {
          synchronized (waits) {
            waits.add(time.toSeconds());
          }
        },
        folder -> freeSpace);
  }

  private void fails(Class<? extends LmDeployException> type, String message, String revision) {
    LmDeployException failure = assertThrows(type, () -> find(revision));
    assertTrue(failure.getMessage().contains(message), failure::getMessage);
  }

  /** Every file, link and ref below a folder. */
  private static Set<String> listing(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      Set<String> all = new TreeSet<>();
      for (Path path : paths.filter(p -> !Files.isDirectory(p)).collect(Collectors.toSet())) {
        String name = folder.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          name += " -> " + Files.readSymbolicLink(path);
        } else if (name.startsWith("refs")) {
          name += " = " + Files.readString(path);
        }
        all.add(name);
      }
      return all;
    }
  }
}

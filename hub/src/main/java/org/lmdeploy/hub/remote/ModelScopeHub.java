package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import tools.jackson.databind.JsonNode;

/** ModelScope. */
final class ModelScopeHub implements Hub {
  private static final int OK = 200;

  private final Access access;

  private ModelScopeHub(Access access) {
    this.access = access;
  }

  /** As the environment variables of {@code modelscope} say. */
  static ModelScopeHub of(Variables variables, Optional<Path> cache) {
    Path folder =
        cache
            .or(() -> variables.folder("MODELSCOPE_CACHE"))
            .orElse(variables.home().resolve(".cache").resolve("modelscope"));
    String domain =
        variables
            .text("MODELSCOPE_DOMAIN")
            .map(name -> name.contains("://") ? name : "https://" + name)
            .orElse("https://modelscope.cn");
    Optional<String> token = variables.text("MODELSCOPE_API_TOKEN");
    if (token.isPresent() && !token.get().matches("[\\x21-\\x7e&&[^;,\"\\\\]]+")) {
      throw new InvalidRequestException(
          "MODELSCOPE_API_TOKEN", "MODELSCOPE_API_TOKEN has signs that no token has");
    }
    // older parts of the hub look at the cookie, newer ones at the header
    Map<String, String> credentials =
        token
            .map(t -> Map.of("Authorization", "Bearer " + t, "Cookie", "m_session_id=" + t))
            .orElse(Map.of());
    return new ModelScopeHub(
        Access.of(
            variables, variables.address("MODELSCOPE_ENDPOINT", domain), folder, credentials));
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public String defaultRevision() {
    return "master";
  }

  @Override
  public String page(RepositoryId id) {
    return access.endpoint() + "/models/" + id;
  }

  @Override
  public Optional<Snapshot> cached(RepositoryId id, String revision) {
    return new ModelScopeCache(access.cache(), id).find(revision);
  }

  @Override
  public Repository open(HubClient client, Patience patience, RepositoryId id, String revision)
      throws IOException, InterruptedException {
    // files of the root are all that is wanted; long listings are cut off by the hub
    URI uri =
        URI.create(
            "%s/api/v1/models/%s/repo/files?Revision=%s&Recursive=false"
                .formatted(access.endpoint(), id, Answers.escaped(revision)));
    JsonNode answer = Answers.ask(client, patience, uri);
    if (answer.path("Code").asInt(OK) != OK) {
      throw new ModelNotFoundException(
          "%s refuses %s with revision '%s': %s"
              .formatted(access.endpoint(), id, revision, answer.path("Message").asString("")));
    }
    JsonNode listed = answer.path("Data").path("Files");
    if (!listed.isArray()) {
      throw new ProtocolException(uri + " lists no files (\"Data.Files\")");
    }
    Map<String, ModelScopeFile> files = new TreeMap<>();
    for (JsonNode file : listed) {
      String path = SafeNames.file(file.path("Path").asString(""), id);
      if (!file.path("Type").asString("").equals("tree")) {
        files.put(
            path,
            new ModelScopeFile(
                file.path("Size").asLong(Download.UNKNOWN),
                Checksum.ofTag(file.path("Sha256").asString("")),
                committed(file)));
      }
    }
    return new ModelScopeRepository(
        access.endpoint() + "/api/v1/models/" + id,
        new ModelScopeCache(access.cache(), id),
        revision,
        files);
  }

  /** When a file last changed; without a time every cached file is older. */
  private static Instant committed(JsonNode file) {
    JsonNode seconds = file.path("CommittedDate");
    return seconds.isIntegralNumber() && seconds.canConvertToInt()
        ? Instant.ofEpochSecond(seconds.asInt())
        : Instant.MAX;
  }

  @Override
  public LmDeployException explain(StatusException refusal, RepositoryId id, String revision) {
    String problem =
        switch (refusal.status()) {
          case 401, 403, 404 ->
              "is not at %s with the revision '%s', or it is private; if so, "
                      .formatted(access.endpoint(), revision)
                  + (access.hasToken()
                      ? "the token in MODELSCOPE_API_TOKEN gives no access to it"
                      : "set MODELSCOPE_API_TOKEN to a token of an account that has access");
          default -> "is refused: " + refusal.getMessage();
        };
    return new ModelNotFoundException(id + " " + problem, refusal);
  }
}

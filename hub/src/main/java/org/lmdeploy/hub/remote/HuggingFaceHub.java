package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.ModelNotFoundException;
import tools.jackson.databind.JsonNode;

/** Hugging Face, or a server that speaks its protocol. */
final class HuggingFaceHub implements Hub {
  private final Access access;

  private HuggingFaceHub(Access access) {
    this.access = access;
  }

  /** As the environment variables of {@code huggingface_hub} say. */
  static HuggingFaceHub of(Variables variables, Optional<Path> cache) {
    Path home =
        variables
            .folder("HF_HOME")
            .orElseGet(
                () ->
                    variables
                        .folder("XDG_CACHE_HOME")
                        .orElse(variables.home().resolve(".cache"))
                        .resolve("huggingface"));
    Path folder =
        cache
            .or(() -> variables.folder("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"))
            .orElse(home.resolve("hub"));
    Map<String, String> credentials =
        token(variables, home)
            .map(token -> Map.of("Authorization", "Bearer " + token))
            .orElse(Map.of());
    return new HuggingFaceHub(
        Access.of(
            variables,
            variables.address("HF_ENDPOINT", "https://huggingface.co"),
            folder,
            credentials));
  }

  private static Optional<String> token(Variables variables, Path home) {
    if (variables.flag("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    Optional<String> given = variables.text("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
    Path file = variables.folder("HF_TOKEN_PATH").orElse(home.resolve("token"));
    if (given.isEmpty() && Files.isRegularFile(file)) {
      try {
        given = Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
      } catch (IOException e) {
        throw new InvalidRequestException(
            "HF_TOKEN_PATH", "the token file " + file + " cannot be read: " + e.getMessage(), e);
      }
    }
    given.ifPresent(
        token -> {
          if (!token.matches("[\\x21-\\x7e]+")) {
            throw new InvalidRequestException(
                "HF_TOKEN", "the Hugging Face token has blanks or other signs that no token has");
          }
        });
    return given;
  }

  @Override
  public Access access() {
    return access;
  }

  @Override
  public String defaultRevision() {
    return "main";
  }

  @Override
  public String page(RepositoryId id) {
    return access.endpoint() + "/" + id;
  }

  @Override
  public Optional<Snapshot> cached(RepositoryId id, String revision) throws IOException {
    return new HuggingFaceCache(access.cache(), id).find(revision);
  }

  @Override
  public Repository open(HubClient client, Patience patience, RepositoryId id, String revision)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(
            access.endpoint() + "/api/models/" + id + "/revision/" + Answers.escaped(revision));
    JsonNode answer = Answers.ask(client, patience, uri);
    String commit = answer.path("sha").asString("");
    if (!SafeNames.isCommit(commit)) {
      throw new ProtocolException(uri + " names no commit (\"sha\") of " + id);
    }
    Set<String> files = new TreeSet<>();
    for (JsonNode sibling : answer.path("siblings")) {
      files.add(SafeNames.file(sibling.path("rfilename").asString(""), id));
    }
    return new HuggingFaceRepository(
        client, page(id), new HuggingFaceCache(access.cache(), id), revision, commit, files);
  }

  @Override
  public LmDeployException explain(StatusException refusal, RepositoryId id, String revision) {
    String token =
        access.hasToken()
            ? "the token that was sent gives no access to it; use another in HF_TOKEN"
            : "set HF_TOKEN to a token of an account that has access, or log in with 'hf auth"
                + " login'";
    String problem =
        switch (refusal.errorCode()) {
          case "GatedRepo" ->
              "is gated: its terms have to be accepted at " + page(id) + "; then " + token;
          case "RevisionNotFound" ->
              "has no revision '" + revision + "'; see " + page(id) + "/branches";
          case "EntryNotFound" -> "lost a file while it was downloaded; try again";
          default ->
              switch (refusal.status()) {
                case 401, 403, 404 ->
                    "is not at " + access.endpoint() + ", or it is private; if so, " + token;
                default -> "is refused: " + refusal.getMessage();
              };
        };
    return new ModelNotFoundException(id + " " + problem, refusal);
  }
}

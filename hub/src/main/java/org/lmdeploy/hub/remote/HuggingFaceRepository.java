package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * A commit of a repository of Hugging Face.
 *
 * @param page the address of the repository
 * @param revision the branch, tag or commit that was asked for
 * @param commit the commit that it is
 * @param files paths of its files
 */
record HuggingFaceRepository(
    HubClient client,
    String page,
    HuggingFaceCache cache,
    String revision,
    String commit,
    Set<String> files)
    implements Repository {

  @Override
  public Snapshot snapshot() {
    return new Snapshot(cache.snapshot(commit), commit);
  }

  @Override
  public Optional<Download> missing(String file) throws IOException, InterruptedException {
    if (Files.exists(cache.snapshot(commit).resolve(file))) {
      return Optional.empty();
    }
    URI source = URI.create(page + "/resolve/" + commit + "/" + Answers.escapedPath(file));
    HttpHeaders head = client.head(source, "X-Linked-Etag");
    String told = head.firstValue("X-Repo-Commit").orElse(commit);
    if (!told.equals(commit)) {
      throw new ProtocolException(source + " is of commit " + told + " instead of " + commit);
    }
    String tag =
        SafeNames.tag(
            head.firstValue("X-Linked-Etag")
                .or(() -> head.firstValue("ETag"))
                .map(HuggingFaceRepository::unquoted)
                .orElseThrow(() -> new ProtocolException(source + " has no ETag")),
            file);
    long size = size(source, head);
    Path blob = cache.blob(tag);
    return Optional.of(
        new Download(
            file,
            source,
            size,
            Checksum.ofTag(tag),
            blob,
            () -> Files.exists(blob) && (size == Download.UNKNOWN || Files.size(blob) == size),
            cache.lock(tag),
            () -> cache.link(commit, file, blob)));
  }

  private static String unquoted(String tag) {
    return tag.replaceFirst("^W/", "").replace("\"", "");
  }

  private static long size(URI source, HttpHeaders head) throws ProtocolException {
    String size =
        head.firstValue("X-Linked-Size").or(() -> head.firstValue("Content-Length")).orElse("-1");
    if (!size.matches("-1|[0-9]{1,15}")) {
      throw new ProtocolException(source + " is said to have '" + size + "' bytes");
    }
    return Long.parseLong(size);
  }

  @Override
  public void finished() throws IOException {
    cache.remember(revision, commit);
  }
}

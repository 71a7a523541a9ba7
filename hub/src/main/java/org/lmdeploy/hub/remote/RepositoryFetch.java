package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.hub.WeightFiles;

/** Brings what a model needs of a repository into the cache. */
final class RepositoryFetch {
  /** Left free on the disk, for those who write to it meanwhile. */
  private static final long RESERVE = 64L << 20;

  private final HubClient client;
  private final Patience patience;
  private final ToLongFunction<Path> freeSpace;
  private final RepositoryId id;
  private final Repository repository;
  private final Consumer<String> lines;

  /**
   * @param freeSpace free bytes of the disk that holds a folder
   */
  RepositoryFetch(
      HubClient client,
      Patience patience,
      ToLongFunction<Path> freeSpace,
      RepositoryId id,
      Repository repository,
      Consumer<String> lines) {
    this.client = client;
    this.patience = patience;
    this.freeSpace = freeSpace;
    this.id = id;
    this.repository = repository;
    this.lines = lines;
  }

  /** Fetches all that the cache lacks; whether that was anything. */
  boolean run() throws IOException, InterruptedException {
    SortedSet<String> small = WantedFiles.besidesWeights(repository.files());
    if (!small.contains("config.json")) {
      throw new InvalidModelException(
          id + " has no config.json; the repository of a model in Hugging Face's layout is needed");
    }
    boolean fetched = fetch(small, id + " (configuration)");
    // which weights are wanted stands in one of these files
    var atRoot =
        repository.files().stream().filter(file -> !file.contains("/")).collect(Collectors.toSet());
    SortedSet<String> weights =
        WeightFiles.choose(atRoot, repository.snapshot().folder(), "the repository " + id);
    fetched |= fetch(weights, id.toString());
    repository.finished();
    return fetched;
  }

  private boolean fetch(SortedSet<String> files, String what)
      throws IOException, InterruptedException {
    List<Callable<Optional<Download>>> questions = new ArrayList<>();
    files.forEach(file -> questions.add(() -> patience.call(() -> repository.missing(file))));
    List<Download> missing = Parallel.run(questions).stream().flatMap(Optional::stream).toList();
    if (missing.isEmpty()) {
      return false;
    }
    checkSpace(missing);
    long total = missing.stream().mapToLong(file -> Math.max(0, file.size())).sum();
    TransferProgress progress = new TransferProgress(what, total, lines);
    List<Callable<Void>> downloads = new ArrayList<>();
    for (Download download : missing) {
      downloads.add(
          () -> {
            new Fetch(client, patience, download, progress).run();
            return null;
          });
    }
    Parallel.run(downloads);
    return true;
  }

  private void checkSpace(List<Download> missing) throws IOException {
    long needed = 0;
    for (Download download : missing) {
      Path partial = download.incomplete();
      long there = Files.exists(partial) ? Files.size(partial) : 0;
      needed += download.present().test() ? 0 : Math.max(0, download.size() - there);
    }
    Path folder = repository.snapshot().folder();
    long free = freeSpace.applyAsLong(folder);
    if (needed > 0 && needed + RESERVE > free) {
      throw new UnavailableException(
          "%s needs %,d MB more, and the disk of the cache %s has %,d MB free; make room, or name"
                  .formatted(id, toMegabytes(needed), folder, free / 1_000_000)
              + " a folder on another disk with --download-dir");
    }
  }

  private static long toMegabytes(long bytes) {
    return (bytes + 999_999) / 1_000_000;
  }
}

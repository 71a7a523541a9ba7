package org.lmdeploy.hub.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * Fetches one file: under its lock, from where an earlier download ended, again after a broken
 * connection, and moved to its place only when size and checksum are right.
 */
final class Fetch {
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final HubClient client;
  private final Patience patience;
  private final Download download;
  private final TransferProgress progress;
  private final Path incomplete;

  Fetch(HubClient client, Patience patience, Download download, TransferProgress progress) {
    this.client = client;
    this.patience = patience;
    this.download = download;
    this.progress = progress;
    this.incomplete = download.incomplete();
  }

  /**
   * Fetches it, unless another process did so meanwhile.
   *
   * @throws InvalidModelException if its contents are wrong twice
   * @throws HubUnreachableException if the hub is gone; what has arrived stays for the next time
   */
  void run() throws IOException, InterruptedException {
    Runnable waiting =
        () -> progress.note("waiting for another process that downloads " + download.name());
    try (FileLock _ = FileLock.acquire(download.lock(), waiting)) {
      if (!download.present().test()) {
        Files.createDirectories(download.target().getParent());
        transferVerified();
        Files.move(incomplete, download.target(), StandardCopyOption.ATOMIC_MOVE);
      }
      progress.arrived(download.name(), Files.size(download.target()));
      download.finish().run();
    }
  }

  private void transferVerified() throws IOException, InterruptedException {
    transfer();
    String wrong = wrong();
    if (wrong != null) {
      Files.delete(incomplete);
      progress.note(download.name() + " arrived with " + wrong + " and is fetched again");
      transfer();
      wrong = wrong();
    }
    if (wrong != null) {
      Files.delete(incomplete);
      throw new InvalidModelException(
          "%s arrived twice from %s with %s; it was deleted"
              .formatted(download.name(), download.source(), wrong));
    }
  }

  /** What is wrong with the contents, or null. */
  private String wrong() throws IOException {
    long size = Files.size(incomplete);
    if (download.size() != Download.UNKNOWN && size != download.size()) {
      return "%d bytes instead of %d".formatted(size, download.size());
    }
    if (download.checksum().isPresent()) {
      Checksum expected = download.checksum().get();
      String actual = expected.of(incomplete);
      if (!actual.equals(expected.hex())) {
        return "the hash %s instead of %s".formatted(actual, expected);
      }
    }
    return null;
  }

  /** Goes on until the server says that this was all. */
  private void transfer() throws IOException, InterruptedException {
    int failures = 0;
    while (true) {
      long before = length();
      boolean known = download.size() != Download.UNKNOWN;
      if (known && before >= download.size() && Files.exists(incomplete)) {
        progress.arrived(download.name(), before);
        return;
      }
      try {
        receive(before);
        return;
      } catch (IOException e) {
        failures = length() > before ? 1 : failures + 1;
        patience.await(failures, e);
      }
    }
  }

  private void receive(long from) throws IOException, InterruptedException {
    Map<String, String> range = from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
    HttpResponse<BodyReader> response;
    try {
      response = client.get(download.source(), range);
    } catch (StatusException e) {
      if (e.status() != RANGE_NOT_SATISFIABLE || from == 0) {
        throw e;
      }
      // more than the file has, or all of it: the checksum decides, and no checksum means anew
      if (download.size() == Download.UNKNOWN && download.checksum().isPresent()) {
        return;
      }
      Files.delete(incomplete);
      response = client.get(download.source(), Map.of());
    }
    try (BodyReader body = response.body()) {
      boolean resumed = response.statusCode() == PARTIAL && startsAt(response, from);
      if (response.statusCode() == PARTIAL && !resumed) {
        throw new IOException("the server sent another part of the file than was asked for");
      }
      write(body, resumed ? from : 0);
    }
  }

  private static boolean startsAt(HttpResponse<?> response, long from) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + from + "-"))
        .isPresent();
  }

  private void write(BodyReader body, long from) throws IOException, InterruptedException {
    long limit = download.size() == Download.UNKNOWN ? Long.MAX_VALUE : download.size();
    long size = from;
    StandardOpenOption how =
        from > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (OutputStream out =
        Files.newOutputStream(
            incomplete, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      progress.arrived(download.name(), size);
      // one byte too many is enough to see that the file is wrong
      for (ByteBuffer part = body.next(); part != null && size <= limit; part = body.next()) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        write(out, bytes);
        size += bytes.length;
        progress.arrived(download.name(), size);
      }
    }
  }

  /** A full disk is no trouble of the network. */
  private void write(OutputStream out, byte[] bytes) throws IOException {
    try {
      out.write(bytes);
    } catch (IOException e) {
      FileSystemException failure =
          new FileSystemException(incomplete.toString(), null, e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private long length() throws IOException {
    return Files.exists(incomplete) ? Files.size(incomplete) : 0;
  }
}

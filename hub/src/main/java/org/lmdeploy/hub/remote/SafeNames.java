package org.lmdeploy.hub.remote;

import java.util.regex.Pattern;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;

/** Names that come from outside and become parts of paths: only harmless ones pass. */
final class SafeNames {
  private static final Pattern SEGMENT = Pattern.compile("[^/\\\\:*?\"<>|\\p{Cntrl}]{1,255}");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  private SafeNames() {}

  /**
   * A file's path inside a repository.
   *
   * @throws InvalidModelException if it could lead out of the folder that it is put into
   */
  static String file(String path, Object repository) {
    if (!isRelative(path)) {
      throw new InvalidModelException(
          repository
              + " lists a file named '"
              + path.replaceAll("\\p{Cntrl}", "?")
              + "', which could lead out of its folder; nothing of it is downloaded");
    }
    return path;
  }

  /**
   * A branch, tag or commit; it may have slashes, as {@code refs/pr/1}.
   *
   * @throws InvalidRequestException if it cannot be one
   */
  static String revision(String revision) {
    if (!isRelative(revision)) {
      throw new InvalidRequestException(
          "revision", "'" + revision + "' is no name of a branch, tag or commit");
    }
    return revision;
  }

  /**
   * The tag by which a hub tells the contents of a file, without its quotes.
   *
   * @throws InvalidModelException if it can be no file name
   */
  static String tag(String tag, String file) {
    if (!TAG.matcher(tag).matches()) {
      throw new InvalidModelException(
          "the hub gives " + file + " the ETag '" + tag + "'; letters and digits are needed");
    }
    return tag;
  }

  /** Whether a revision is a whole commit id. */
  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  private static boolean isRelative(String path) {
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }
}

package org.lmdeploy.hub.remote;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of a repository at a hub, for example {@code OpenGVLab/InternVL2-8B}.
 *
 * @param organisation its organisation or user
 * @param name its name there
 */
record RepositoryId(String organisation, String name) {
  private static final int MAX_LENGTH = 96;

  /** Hugging Face's rule, which ModelScope's ids meet too; it leaves no room for "..". */
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_]+([-.][A-Za-z0-9_]+)*");

  /** The id that a text is, or empty if it can be none. */
  static Optional<RepositoryId> of(String text) {
    String[] parts = text.split("/", -1);
    return text.length() <= MAX_LENGTH
            && parts.length == 2
            && PART.matcher(parts[0]).matches()
            && PART.matcher(parts[1]).matches()
        ? Optional.of(new RepositoryId(parts[0], parts[1]))
        : Optional.empty();
  }

  /** Both parts in one folder name, as both hubs' tools write it. */
  String asFolderName() {
    return organisation + "--" + name;
  }

  @Override
  public String toString() {
    return organisation + "/" + name;
  }
}

package org.lmdeploy.core.text;

import java.util.List;
import java.util.Optional;

/**
 * Finds the first stop word in a text that comes in pieces, and holds back what may be the
 * beginning of one. The first is the one that is complete first; of those, the one that began
 * first. So the result does not depend on how the text was cut into pieces.
 */
final class StopWordMatcher {
  private final List<String> words;
  private final StringBuilder held = new StringBuilder();

  StopWordMatcher(List<String> words) {
    this.words = words;
  }

  /**
   * A stop word in {@link #held}.
   *
   * @param start its first character
   * @param end behind its last character
   */
  private record Match(int start, int end) {}

  /**
   * What a piece of text brought.
   *
   * @param text text that is certain to belong to the answer
   * @param stop the stop word that ended it, or null
   * @param withinPiece whether the piece began before the stop word did
   */
  record Result(String text, String stop, boolean withinPiece) {}

  /**
   * Takes a piece of text.
   *
   * @param mayStop whether a stop word that is complete with this piece counts
   */
  Result accept(String piece, boolean mayStop) {
    int before = held.length();
    held.append(piece);
    Optional<Match> match = mayStop ? firstMatch(before) : Optional.empty();
    if (match.isPresent()) {
      Match found = match.get();
      Result result =
          new Result(
              held.substring(0, found.start),
              held.substring(found.start, found.end),
              found.start > before);
      held.setLength(0);
      return result;
    }
    int certain = held.length() - longestBeginning();
    String text = held.substring(0, certain);
    held.delete(0, certain);
    return new Result(text, null, false);
  }

  /** What was held back when the answer ended otherwise. */
  String finish() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /** The match that ends first behind {@code before}; what ended there was looked at already. */
  private Optional<Match> firstMatch(int before) {
    Match best = null;
    for (String word : words) {
      int start = held.indexOf(word, Math.max(0, before - word.length() + 1));
      int end = start + word.length();
      if (start >= 0 && (best == null || end < best.end || end == best.end && start < best.start)) {
        best = new Match(start, end);
      }
    }
    return Optional.ofNullable(best);
  }

  /** How many characters at the end may be the beginning of a stop word. */
  private int longestBeginning() {
    int longest = 0;
    for (String word : words) {
      int length = Math.min(word.length() - 1, held.length());
      while (length > longest && !endsWithBeginning(word, length)) {
        length--;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private boolean endsWithBeginning(String word, int length) {
    int offset = held.length() - length;
    for (int i = 0; i < length; i++) {
      if (held.charAt(offset + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}

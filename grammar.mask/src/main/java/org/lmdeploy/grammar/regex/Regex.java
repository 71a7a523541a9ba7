package org.lmdeploy.grammar.regex;

import java.util.ArrayList;
import java.util.List;

/** A regular expression over characters: what its texts are, without how they are spelled. */
public sealed interface Regex {
  /** The {@code most} of a repetition without a limit. */
  int UNLIMITED = Integer.MAX_VALUE;

  /** The empty text. */
  Regex EMPTY = new Concat(List.of());

  /** One character of a set. */
  record One(CodePoints set) implements Regex {}

  /** One after the other. */
  record Concat(List<Regex> parts) implements Regex {}

  /** One of several; of none if the list is empty. */
  record Either(List<Regex> options) implements Regex {}

  /** The same from {@code least} to {@code most} times. */
  record Times(Regex part, int least, int most) implements Regex {}

  /** Exactly this text. */
  static Regex text(String text) {
    List<Regex> parts = new ArrayList<>();
    text.codePoints().forEach(c -> parts.add(new One(CodePoints.range(c, c))));
    return new Concat(parts);
  }

  /** One after the other. */
  static Regex concat(Regex... parts) {
    return new Concat(List.of(parts));
  }

  /** One of several. */
  static Regex either(Regex... options) {
    return new Either(List.of(options));
  }

  /** A part that may be missing. */
  static Regex optional(Regex part) {
    return new Times(part, 0, 1);
  }

  /** Any text. */
  static Regex anything() {
    return new Times(new One(CodePoints.ALL), 0, UNLIMITED);
  }

  /** The expression of a pattern of ours, which is known to be right. */
  static Regex of(String pattern) {
    return RegexParser.whole("a built-in pattern", pattern);
  }
}

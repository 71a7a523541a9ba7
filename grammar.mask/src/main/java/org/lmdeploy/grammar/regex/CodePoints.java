package org.lmdeploy.grammar.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A set of Unicode scalar values: sorted ranges, neither overlapping nor adjacent. Surrogates are
 * in no set, for no text has them.
 */
public final class CodePoints {
  /** Nothing. */
  public static final CodePoints NONE = new CodePoints(new int[0]);

  /** Every scalar value. */
  public static final CodePoints ALL = range(0, Character.MAX_CODE_POINT);

  /** First and last of each range. */
  private final int[] bounds;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  /** The values from {@code first} to {@code last}, both included. */
  public static CodePoints range(int first, int last) {
    return of(List.of(new int[] {first, last}));
  }

  /** The characters of a text. */
  public static CodePoints of(String characters) {
    return of(characters.codePoints().mapToObj(c -> new int[] {c, c}).toList());
  }

  /** The values for which a predicate holds. */
  static CodePoints where(IntPredicate predicate) {
    List<int[]> ranges = new ArrayList<>();
    int first = -1;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean in = c <= Character.MAX_CODE_POINT && predicate.test(c);
      if (in && first < 0) {
        first = c;
      } else if (!in && first >= 0) {
        ranges.add(new int[] {first, c - 1});
        first = -1;
      }
    }
    return of(ranges);
  }

  private static CodePoints of(List<int[]> ranges) {
    List<int[]> sorted = new ArrayList<>();
    for (int[] range : ranges) {
      addScalars(sorted, range[0], range[1]);
    }
    sorted.sort((a, b) -> Integer.compare(a[0], b[0]));
    int[] bounds = new int[2 * sorted.size()];
    int size = 0;
    for (int[] range : sorted) {
      if (size > 0 && range[0] <= bounds[size - 1] + 1) {
        bounds[size - 1] = Math.max(bounds[size - 1], range[1]);
      } else {
        bounds[size++] = range[0];
        bounds[size++] = range[1];
      }
    }
    return new CodePoints(Arrays.copyOf(bounds, size));
  }

  private static void addScalars(List<int[]> ranges, int first, int last) {
    if (first < Character.MIN_SURROGATE) {
      ranges.add(new int[] {first, Math.min(last, Character.MIN_SURROGATE - 1)});
    }
    if (last > Character.MAX_SURROGATE) {
      ranges.add(new int[] {Math.max(first, Character.MAX_SURROGATE + 1), last});
    }
    ranges.removeIf(range -> range[0] > range[1]);
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  /** How many ranges there are. */
  int ranges() {
    return bounds.length / 2;
  }

  int first(int range) {
    return bounds[2 * range];
  }

  int last(int range) {
    return bounds[2 * range + 1];
  }

  /** What is in one of the two. */
  public CodePoints or(CodePoints other) {
    List<int[]> ranges = new ArrayList<>(asRanges());
    ranges.addAll(other.asRanges());
    return of(ranges);
  }

  /** What is in this but not in the other. */
  public CodePoints minus(CodePoints other) {
    return other.or(not()).not();
  }

  /** What is not in this. */
  public CodePoints not() {
    List<int[]> ranges = new ArrayList<>();
    int next = 0;
    for (int[] range : asRanges()) {
      if (range[0] > next) {
        ranges.add(new int[] {next, range[0] - 1});
      }
      next = range[1] + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      ranges.add(new int[] {next, Character.MAX_CODE_POINT});
    }
    return of(ranges);
  }

  private List<int[]> asRanges() {
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < ranges(); i++) {
      ranges.add(new int[] {first(i), last(i)});
    }
    return ranges;
  }
}

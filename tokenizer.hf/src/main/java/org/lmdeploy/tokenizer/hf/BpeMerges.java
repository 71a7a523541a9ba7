package org.lmdeploy.tokenizer.hf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * Merge rules of a SentencePiece BPE model, which stores none: any two pieces whose concatenation
 * is a piece may merge, the best score first. Order and ties are those of {@code generate_merges}
 * in {@code convert_slow_tokenizer.py} of transformers.
 */
final class BpeMerges {
  /** Characters hashed while splitting; real vocabularies take about five million. */
  private static final long MOST_WORK = 1L << 31;

  private BpeMerges() {}

  /** A rule: two pieces and the score of their concatenation. */
  record Merge(String left, String right, float score) {}

  /** All rules, in the order in which they apply. */
  static List<Merge> of(String origin, List<SentencePiece> pieces) {
    Map<String, Integer> ids = new HashMap<>();
    pieces.forEach(piece -> ids.put(piece.text(), piece.id()));
    List<Merge> merges = new ArrayList<>();
    long work = 0;
    for (SentencePiece piece : pieces) {
      long length = piece.text().length();
      work += length * length;
      if (work > MOST_WORK) {
        throw new InvalidModelException(
            origin + ": piece " + piece.id() + " of " + length + " characters is too long");
      }
      merges.addAll(splits(piece, ids));
    }
    merges.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score())
            .thenComparingInt(merge -> -codePoints(merge.left()))
            .thenComparingInt(merge -> -codePoints(merge.right())));
    return merges;
  }

  private static List<Merge> splits(SentencePiece piece, Map<String, Integer> ids) {
    String text = piece.text();
    List<Merge> splits = new ArrayList<>();
    int end = text.length();
    for (int i = text.offsetByCodePoints(0, 1); i < end; i = text.offsetByCodePoints(i, 1)) {
      String left = text.substring(0, i);
      if (ids.containsKey(left)) {
        String right = text.substring(i);
        if (ids.containsKey(right)) {
          splits.add(new Merge(left, right, piece.score()));
        }
      }
    }
    splits.sort(
        Comparator.comparingInt((Merge merge) -> ids.get(merge.left()))
            .thenComparingInt(merge -> ids.get(merge.right())));
    return splits;
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }
}

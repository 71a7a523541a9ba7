package org.lmdeploy.tokenizer.hf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * A vocabulary as tiktoken stores it: on each line the bytes of a token in Base64 and its rank,
 * which is its id and says when it is made: the lower, the earlier.
 *
 * @param origin the file, for messages
 * @param tokens the bytes of each token, by rank; all single bytes are among them
 */
record TiktokenRanks(String origin, List<byte[]> tokens) {
  private static final int BYTES = 256;
  private static final int LONGEST_FIRST_LINE = 64;

  /** Whether a file of a name that others have too begins as such a vocabulary does. */
  static boolean begins(byte[] file) {
    int end = 0;
    while (end < file.length && end < LONGEST_FIRST_LINE && file[end] != '\n') {
      end++;
    }
    String line = new String(file, 0, end, StandardCharsets.ISO_8859_1);
    return line.strip().matches("[A-Za-z0-9+/]+={0,2} 0");
  }

  static TiktokenRanks parse(String origin, byte[] file) {
    List<byte[]> tokens = new ArrayList<>();
    boolean[] single = new boolean[BYTES];
    int singles = 0;
    String text = new String(file, StandardCharsets.ISO_8859_1);
    for (String line : (Iterable<String>) text.lines()::iterator) {
      byte[] token = token(origin, line, tokens.size());
      if (token.length == 1 && !single[token[0] & 0xFF]) {
        single[token[0] & 0xFF] = true;
        singles++;
      }
      tokens.add(token);
      if (tokens.size() > Vocabulary.HIGHEST_ID) {
        throw new InvalidModelException(origin + " has more tokens than any vocabulary");
      }
    }
    if (singles < BYTES) {
      throw new InvalidModelException(
          origin
              + " has "
              + singles
              + " of the 256 single bytes; all are needed to write any text");
    }
    return new TiktokenRanks(origin, tokens);
  }

  private static byte[] token(String origin, String line, int rank) {
    int space = line.indexOf(' ');
    if (space <= 0 || !line.substring(space + 1).equals(Integer.toString(rank))) {
      throw new InvalidModelException(
          origin
              + ": line "
              + (rank + 1)
              + " is wrong; a token in Base64, a space and the rank "
              + rank
              + " are needed");
    }
    try {
      byte[] token = Base64.getDecoder().decode(line.substring(0, space));
      if (token.length > 0) {
        return token;
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidModelException(
          origin + ": line " + (rank + 1) + " is no Base64: " + e.getMessage(), e);
    }
    throw new InvalidModelException(origin + ": line " + (rank + 1) + " is an empty token");
  }
}

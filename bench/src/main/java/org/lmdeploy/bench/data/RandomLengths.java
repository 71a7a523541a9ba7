package org.lmdeploy.bench.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * LMDeploy's data set {@code random}: lengths drawn evenly between a share of the given length and
 * the length itself.
 *
 * @param prompt most tokens of a prompt
 * @param output most tokens of an answer
 * @param rangeRatio the least length as a share of the most: 1 for exactly the lengths given
 */
public record RandomLengths(int prompt, int output, double rangeRatio) {
  /**
   * @throws InvalidRequestException if a value is out of range
   */
  public RandomLengths {
    if (prompt < 1 || output < 1) {
      throw new InvalidRequestException(
          "random-input-len",
          "random lengths are " + prompt + " and " + output + "; both must be at least 1");
    }
    if (!(rangeRatio >= 0 && rangeRatio <= 1)) {
      throw new InvalidRequestException(
          "random-range-ratio", "random-range-ratio is " + rangeRatio + "; it must be from 0 to 1");
    }
  }

  /** The first {@code count} lengths of a seed. */
  public List<Lengths> draw(int count, long seed) {
    Random random = new Random(seed);
    List<Lengths> lengths = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lengths.add(new Lengths(draw(random, prompt), draw(random, output)));
    }
    return lengths;
  }

  private int draw(Random random, int most) {
    int least = Math.max(1, (int) (most * rangeRatio));
    return random.nextInt(least, most + 1);
  }
}

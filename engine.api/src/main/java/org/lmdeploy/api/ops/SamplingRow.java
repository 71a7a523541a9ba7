package org.lmdeploy.api.ops;

/**
 * How the next token of one sequence is drawn from its row of logits. The steps are, in this order:
 * banned ids, and all that are not permitted, get probability 0; {@code biases} are added;
 * repetition penalty (Keskar et al., CTRL) divides positive and multiplies negative logits of ids
 * in {@code seen}; presence and frequency penalties are subtracted by how often an id is in {@code
 * generated}; temperature; top-k; top-p; min-p; then one draw by the counter-based random number of
 * (seed, position), so that the draw does not depend on the batch. Greedy ({@code topK} 1 or {@code
 * temperature} 0) takes the largest logit, the lowest id among equals.
 *
 * @param temperature at least 0
 * @param topP above 0, at most 1
 * @param topK 0 for all
 * @param minP from 0 to 1
 * @param repetitionPenalty above 0; 1 for none
 * @param presencePenalty subtracted once from the logit of every generated id
 * @param frequencyPenalty subtracted from a logit as often as its id was generated
 * @param seen ids of prompt and answer so far; looked at only with a repetition penalty
 * @param generated ids of the answer so far; looked at only with presence or frequency penalty
 * @param biasIds ids with a bias
 * @param biases what is added to their logits
 * @param banned ids that cannot be drawn
 * @param seed seed of the sequence
 * @param position position of the token to be drawn in its sequence
 * @param logprobs how many of the likeliest ids are wanted with their log probabilities; -1 for
 *     none, not even the drawn one's
 * @param permitted the ids that can be drawn: id {@code i} is bit {@code i % 64} of word {@code i /
 *     64}, words beyond the end are zero; empty for all ids. Not changed by anybody once given
 * @param forced the id that is taken whatever the logits are, so that its log probability is
 *     reported; -1 for none
 */
public record SamplingRow(
    float temperature,
    float topP,
    int topK,
    float minP,
    float repetitionPenalty,
    float presencePenalty,
    float frequencyPenalty,
    int[] seen,
    int[] generated,
    int[] biasIds,
    float[] biases,
    int[] banned,
    long seed,
    int position,
    int logprobs,
    long[] permitted,
    int forced) {
  private static final int[] NO_IDS = {};

  /** The {@code permitted} of a row in which every id can be drawn. */
  public static final long[] ALL = {};

  /** The {@code forced} of a row whose token is drawn. */
  public static final int NONE = -1;

  /** The largest logit as it is. */
  public static SamplingRow greedy(int logprobs) {
    return forced(NONE, logprobs);
  }

  /** A given id with its log probability by the logits as they are. */
  public static SamplingRow forced(int id, int logprobs) {
    return new SamplingRow(
        1, 1, 1, 0, 1, 0, 0, NO_IDS, NO_IDS, NO_IDS, new float[0], NO_IDS, 0, 0, logprobs, ALL, id);
  }

  /** Whether the largest logit is taken. */
  public boolean greedy() {
    return topK == 1 || temperature == 0;
  }
}

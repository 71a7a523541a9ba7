package org.lmdeploy.api.ops;

/**
 * How the next token of one sequence is drawn from its row of logits. The steps are, in this order:
 * banned ids get probability 0; {@code biases} are added; repetition penalty (Keskar et al., CTRL)
 * divides positive and multiplies negative logits of ids in {@code seen}; presence and frequency
 * penalties are subtracted by how often an id is in {@code generated}; temperature; top-k; top-p;
 * min-p; then one draw by the counter-based random number of (seed, position), so that the draw
 * does not depend on the batch. Greedy ({@code topK} 1 or {@code temperature} 0) takes the largest
 * logit, the lowest id among equals.
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
    int logprobs) {
  /** Whether the largest logit is taken. */
  public boolean greedy() {
    return topK == 1 || temperature == 0;
  }
}

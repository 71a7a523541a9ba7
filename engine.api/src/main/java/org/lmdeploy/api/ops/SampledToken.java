package org.lmdeploy.api.ops;

/**
 * A drawn token.
 *
 * @param id its id
 * @param logprob natural logarithm of its probability, by the softmax of the logits after bans,
 *     biases and penalties, before temperature; NaN if none was asked for
 * @param topIds the likeliest ids, likeliest first
 * @param topLogprobs their log probabilities
 */
public record SampledToken(int id, float logprob, int[] topIds, float[] topLogprobs) {}

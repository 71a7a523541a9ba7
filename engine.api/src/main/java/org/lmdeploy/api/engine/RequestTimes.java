package org.lmdeploy.api.engine;

/**
 * When a request got how far, in nanoseconds since it was submitted; {@link #NOT_YET} for what has
 * not happened.
 *
 * @param admitted when it was let into the batch for the first time: until then it was queued
 * @param firstToken when its first token was drawn: since its admission it was prefilled
 * @param ended when it ended, however it did
 */
public record RequestTimes(long admitted, long firstToken, long ended) {
  /** Says that something has not happened. */
  public static final long NOT_YET = -1;
}

package org.lmdeploy.api.engine;

/** Why an answer ended. */
public enum FinishReason {
  /** An end token or a stop word. */
  STOP,
  /** The most tokens that were asked for, or the end of the session. */
  LENGTH,
  /** The caller cancelled. */
  ABORT,
  /** Something failed; the stream throws what it was. */
  ERROR
}

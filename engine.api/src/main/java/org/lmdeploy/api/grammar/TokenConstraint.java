package org.lmdeploy.api.grammar;

import org.osgi.annotation.versioning.ConsumerType;

/** Which tokens may come next in one answer. One thread at a time. */
@ConsumerType
public interface TokenConstraint {
  /**
   * The tokens that may come next: id {@code i} is bit {@code i % 64} of word {@code i / 64}; words
   * beyond the end are zero. Tokens that end an answer are the caller's matter, by {@link #mayEnd}.
   *
   * @return the set, shared with others: not to be changed, and valid as long as the constraint
   */
  long[] permitted();

  /** Whether the answer may end here. */
  boolean mayEnd();

  /** Whether the answer may end here and no token may follow. */
  boolean complete();

  /**
   * Goes on by a token.
   *
   * @param id a token of {@link #permitted}
   * @throws IllegalArgumentException if it is not permitted
   */
  void accept(int id);
}

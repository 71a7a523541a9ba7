package org.lmdeploy.parser;

/** Reads the inside of one call, character by character. */
interface CallBody {
  /** What a character meant. */
  enum Step {
    /** The call goes on. */
    MORE,
    /** The call is complete with this character. */
    DONE,
    /** This is no call, or not a right one. */
    WRONG
  }

  /**
   * Takes a character.
   *
   * @param out takes the call's beginning and its arguments
   */
  Step take(char c, Out out);

  /** Where what is known of the call goes. */
  interface Out {
    /** Whether there is such a function. */
    boolean knows(String function);

    /** The call's function is known; from here on it is a call. */
    void begin(String function);

    /** More of its arguments. */
    void arguments(String json);
  }
}

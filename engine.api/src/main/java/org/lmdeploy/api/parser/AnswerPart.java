package org.lmdeploy.api.parser;

import java.util.Objects;

/**
 * What a piece of an answer is. Neighbouring parts of a kind mean the same as one part with the
 * texts joined.
 */
public sealed interface AnswerPart {
  /**
   * Text for the user.
   *
   * @param text the text, not empty
   */
  record Content(String text) implements AnswerPart {
    /** Checks that nothing is null. */
    public Content {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * Text that the model wrote for itself before it answered.
   *
   * @param text the text, not empty
   */
  record Reasoning(String text) implements AnswerPart {
    /** Checks that nothing is null. */
    public Reasoning {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * A call begins. Calls do not overlap: the next begins after this one has ended.
   *
   * @param call its number in the answer, from 0
   * @param function the function that is called, one of those that were named to the parser
   */
  record CallBegin(int call, String function) implements AnswerPart {
    /** Checks that nothing is null. */
    public CallBegin {
      Objects.requireNonNull(function, "function");
    }
  }

  /**
   * More of the arguments of the call that has begun. Joined they are a JSON object once the call
   * has ended, as the model wrote it.
   *
   * @param call the call's number
   * @param json a piece of JSON text, not empty
   */
  record CallArguments(int call, String json) implements AnswerPart {
    /** Checks that nothing is null. */
    public CallArguments {
      Objects.requireNonNull(json, "json");
    }
  }

  /**
   * The call is complete.
   *
   * @param call the call's number
   */
  record CallEnd(int call) implements AnswerPart {}

  /**
   * The call ends without being one: its arguments are no JSON object, or the answer ended within
   * them.
   *
   * @param call the call's number
   * @param problem what is wrong with it, one sentence
   */
  record Malformed(int call, String problem) implements AnswerPart {
    /** Checks that nothing is null. */
    public Malformed {
      Objects.requireNonNull(problem, "problem");
    }
  }
}

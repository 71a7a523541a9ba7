package org.lmdeploy.server.http.answer;

/** Why an answer ended, as its reader sees it. */
public enum AnswerEnd {
  /** An end token or a stop word. */
  STOP,
  /** The most tokens that were asked for, or the end of the session. */
  LENGTH,
  /** The answer is complete and calls tools. */
  TOOL_CALLS,
  /** The answer is complete, and a call of a tool in it is malformed. */
  PARSE_ERROR
}

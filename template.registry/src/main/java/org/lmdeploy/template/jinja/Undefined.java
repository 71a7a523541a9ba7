package org.lmdeploy.template.jinja;

/**
 * The value of a name that was never set: prints as nothing, is false, iterates over nothing, and
 * fails when something is asked of it.
 *
 * @param what what was looked up, for the message
 */
record Undefined(String what) {
  JinjaException error() {
    return JinjaException.runtime(what + " is undefined");
  }

  /** All undefined values are equal, as in Jinja. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return Undefined.class.hashCode();
  }

  @Override
  public String toString() {
    return "";
  }
}

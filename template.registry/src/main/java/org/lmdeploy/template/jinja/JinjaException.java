package org.lmdeploy.template.jinja;

/**
 * A template that cannot be compiled or rendered. The message names the line where that is known.
 */
public final class JinjaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Why a template failed; callers answer differently to a bad template and to a refused
   * conversation.
   */
  public enum Kind {
    /** The source is no valid template. */
    SYNTAX,
    /** An expression failed: undefined value, wrong type, unknown filter. */
    RUNTIME,
    /** The template itself refused its input with {@code raise_exception}. */
    RAISED,
    /** The template used more time, memory or nesting than it is allowed. */
    LIMIT
  }

  private final Kind kind;
  private final int line;

  JinjaException(Kind kind, int line, String message) {
    super(message);
    this.kind = kind;
    this.line = line;
  }

  static JinjaException syntax(int line, String message) {
    return new JinjaException(Kind.SYNTAX, line, message);
  }

  static JinjaException runtime(String message) {
    return new JinjaException(Kind.RUNTIME, 0, message);
  }

  static JinjaException limit(String message) {
    return new JinjaException(Kind.LIMIT, 0, message);
  }

  /** This error with the line where it happened, unless a deeper frame already set one. */
  JinjaException at(int where) {
    if (line > 0) {
      return this;
    }
    JinjaException located = new JinjaException(kind, where, getMessage());
    located.setStackTrace(getStackTrace());
    return located;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The template's line, from 1; 0 when unknown. */
  public int line() {
    return line;
  }
}

package org.lmdeploy.template.jinja;

/**
 * One token of a template.
 *
 * @param kind what it is
 * @param text the text of data, the name, the operator, the decoded string, the digits
 * @param line line in the source, from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    OUTPUT_BEGIN,
    OUTPUT_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /** How an error message names this token. */
  String describe() {
    return switch (kind) {
      case END -> "the end of the template";
      case BLOCK_END -> "'%}'";
      case OUTPUT_END -> "'}}'";
      default -> "'" + text + "'";
    };
  }
}

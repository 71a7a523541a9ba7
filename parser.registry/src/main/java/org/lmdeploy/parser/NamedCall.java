package org.lmdeploy.parser;

import org.lmdeploy.api.parser.CallableFunction;

/** A call whose function stands before its arguments: {@code NAME>{...}}. */
final class NamedCall implements CallBody {
  private final StringBuilder name = new StringBuilder();
  private final StringBuilder arguments = new StringBuilder();
  private final JsonSpan span = new JsonSpan();
  private boolean begun;

  @Override
  public Step take(char c, Out out) {
    if (!begun) {
      return inName(c, out);
    }
    if (arguments.isEmpty() && Character.isWhitespace(c)) {
      return Step.MORE;
    }
    if (arguments.isEmpty() && c != '{') {
      return Step.WRONG;
    }
    arguments.append(c);
    out.arguments(String.valueOf(c));
    if (span.take(c) == JsonSpan.Take.INSIDE) {
      return Step.MORE;
    }
    return Arguments.isObject(arguments.toString()) ? Step.DONE : Step.WRONG;
  }

  private Step inName(char c, Out out) {
    if (c != '>') {
      name.append(c);
      return name.length() <= CallableFunction.MAX_NAME ? Step.MORE : Step.WRONG;
    }
    if (!out.knows(name.toString())) {
      return Step.WRONG;
    }
    begun = true;
    out.begin(name.toString());
    return Step.MORE;
  }
}

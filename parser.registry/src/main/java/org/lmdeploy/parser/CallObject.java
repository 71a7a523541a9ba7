package org.lmdeploy.parser;

import java.util.Set;

/**
 * A call as a JSON object with the members {@code name} and {@code arguments}, in any order. Other
 * members are passed over; arguments that are a string with JSON in it count as that JSON, missing
 * ones as none.
 */
final class CallObject implements CallBody {
  private static final Set<String> ARGUMENTS = Set.of("arguments", "parameters");

  private enum At {
    OPEN,
    FIRST_KEY,
    KEY,
    COLON,
    VALUE,
    NEXT
  }

  private At at = At.OPEN;
  private JsonSpan span;
  private final StringBuilder value = new StringBuilder();
  private String key;
  private boolean begun;
  private String arguments;

  @Override
  public Step take(char c, Out out) {
    if (span != null) {
      return inSpan(c, out);
    }
    if (Character.isWhitespace(c)) {
      return Step.MORE;
    }
    switch (at) {
      case OPEN -> {
        at = At.FIRST_KEY;
        return c == '{' ? Step.MORE : Step.WRONG;
      }
      case FIRST_KEY, KEY -> {
        if (c == '}' && at == At.FIRST_KEY) {
          return Step.WRONG;
        }
        at = At.KEY;
        return c == '"' ? inNewSpan(c, out) : Step.WRONG;
      }
      case COLON -> {
        at = At.VALUE;
        return c == ':' ? Step.MORE : Step.WRONG;
      }
      case VALUE -> {
        return c == ',' || c == '}' || c == ']' ? Step.WRONG : inNewSpan(c, out);
      }
      case NEXT -> {
        if (c == '}') {
          return end(out);
        }
        at = At.KEY;
        return c == ',' ? Step.MORE : Step.WRONG;
      }
    }
    throw new IllegalStateException(at.name());
  }

  private Step inNewSpan(char c, Out out) {
    span = new JsonSpan();
    value.setLength(0);
    return inSpan(c, out);
  }

  private Step inSpan(char c, Out out) {
    JsonSpan.Take take = span.take(c);
    if (take != JsonSpan.Take.BEHIND) {
      value.append(c);
      if (passesOn()) {
        out.arguments(String.valueOf(c));
      }
    }
    if (take == JsonSpan.Take.INSIDE) {
      return Step.MORE;
    }
    span = null;
    Step step = complete(out);
    return step == Step.MORE && take == JsonSpan.Take.BEHIND ? take(c, out) : step;
  }

  /** Whether the value's characters are arguments that can be passed on as they come. */
  private boolean passesOn() {
    return at == At.VALUE && begun && isArguments() && value.charAt(0) == '{';
  }

  private boolean isArguments() {
    return ARGUMENTS.contains(key);
  }

  private Step complete(Out out) {
    String json = value.toString();
    if (at == At.KEY) {
      at = At.COLON;
      key = Arguments.string(json).orElse(null);
      boolean again = isArgumentsKey(key) ? arguments != null : "name".equals(key) && begun;
      return key == null || again ? Step.WRONG : Step.MORE;
    }
    at = At.NEXT;
    if (key.equals("name")) {
      return name(Arguments.string(json).orElse(""), out);
    }
    return isArguments() ? arguments(json, out) : Step.MORE;
  }

  private static boolean isArgumentsKey(String key) {
    return key != null && ARGUMENTS.contains(key);
  }

  private Step name(String name, Out out) {
    if (!out.knows(name)) {
      return Step.WRONG;
    }
    begun = true;
    out.begin(name);
    if (arguments != null) {
      out.arguments(arguments);
    }
    return Step.MORE;
  }

  private Step arguments(String json, Out out) {
    boolean passedOn = begun && json.charAt(0) == '{';
    String text = Arguments.isNull(json) ? "{}" : Arguments.string(json).orElse(json);
    arguments = text;
    if (begun && !passedOn) {
      out.arguments(text);
    }
    return Arguments.isObject(text) ? Step.MORE : Step.WRONG;
  }

  private Step end(Out out) {
    if (begun && arguments == null) {
      out.arguments("{}");
    }
    return begun ? Step.DONE : Step.WRONG;
  }
}

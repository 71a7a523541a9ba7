package org.lmdeploy.grammar.regex;

/** Reads a character class after its opening bracket. */
final class CharacterClass {
  private final RegexParser in;

  CharacterClass(RegexParser in) {
    this.in = in;
  }

  CodePoints parse() {
    int start = in.position() - 1;
    boolean negated = in.take("^");
    if (negated) {
      in.turn();
    }
    if (in.follows("]")) {
      throw in.invalid("the class at " + start + " begins with ']'; write \\]");
    }
    CodePoints set = CodePoints.NONE;
    while (!in.take("]")) {
      if (in.follows("[:") || in.follows("&&") || in.follows("--")) {
        throw in.unsupported("an operation on classes", in.position());
      }
      set = set.or(item());
    }
    if (negated) {
      in.turn();
    }
    return negated ? set.not() : set;
  }

  private CodePoints item() {
    int position = in.position();
    CodePoints first = single();
    if (!in.follows("-") || in.follows("-]")) {
      return first;
    }
    in.take("-");
    CodePoints last = single();
    if (!isOne(first) || !isOne(last) || last.first(0) < first.first(0)) {
      throw in.invalid("the range at " + position + " has no first and last character in order");
    }
    return CodePoints.range(first.first(0), last.first(0));
  }

  private static boolean isOne(CodePoints set) {
    return set.ranges() == 1 && set.first(0) == set.last(0);
  }

  private CodePoints single() {
    if (in.take("\\b")) {
      return CodePoints.of("\b");
    }
    if (in.take("\\")) {
      return in.escapedSet();
    }
    int c = in.character();
    return CodePoints.range(c, c);
  }
}

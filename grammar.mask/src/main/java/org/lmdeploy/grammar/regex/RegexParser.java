package org.lmdeploy.grammar.regex;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/**
 * Reads the regular part of ECMAScript's and Python's syntax. What is not regular, or differs
 * between the two, is refused by name.
 */
public final class RegexParser {
  private static final int MOST_CHARACTERS = 20_000;
  private static final int MOST_DEPTH = 200;
  private static final int MOST_REPETITIONS = 100_000;

  private final String what;
  private final String pattern;
  private final boolean search;
  private boolean widest;
  private int at;
  private int depth;

  private RegexParser(String what, String pattern, boolean search, boolean widest) {
    this.what = what;
    this.pattern = pattern;
    this.search = search;
    this.widest = widest;
  }

  /**
   * The texts that a pattern matches from beginning to end; anchors there say nothing new.
   *
   * @param what what the pattern is, for messages
   */
  public static Regex whole(String what, String pattern) {
    return new RegexParser(what, pattern, false, false).parse();
  }

  /** The texts in which a pattern matches somewhere, unless anchors bind it. */
  public static Regex somewhere(String what, String pattern) {
    return new RegexParser(what, pattern, true, false).parse();
  }

  /**
   * All texts in which a pattern matches somewhere for anybody: where dialects differ, {@link
   * #somewhere} has what is common to them, this what is in any.
   */
  public static Regex anywhere(String what, String pattern) {
    return new RegexParser(what, pattern, true, true).parse();
  }

  private Regex parse() {
    if (pattern.length() > MOST_CHARACTERS) {
      throw invalid("it has more than " + MOST_CHARACTERS + " characters");
    }
    Regex regex = alternatives(true);
    if (at < pattern.length()) {
      throw invalid("')' at " + at + " closes nothing");
    }
    return regex;
  }

  /**
   * @param outermost whether anchors at the ends of the alternatives are those of the text
   */
  private Regex alternatives(boolean outermost) {
    if (++depth > MOST_DEPTH) {
      throw invalid("groups are nested deeper than " + MOST_DEPTH);
    }
    List<Regex> options = new ArrayList<>();
    options.add(sequence(outermost));
    while (peek('|')) {
      at++;
      options.add(sequence(outermost));
    }
    depth--;
    return options.size() == 1 ? options.getFirst() : new Regex.Either(options);
  }

  private Regex sequence(boolean outermost) {
    List<Regex> parts = new ArrayList<>();
    boolean begins = outermost && (peek('^') || pattern.startsWith("\\A", at));
    if (begins) {
      at += peek('^') ? 1 : 2;
    }
    boolean ends = false;
    while (at < pattern.length() && !peek('|') && !peek(')')) {
      if (outermost && endAnchor()) {
        ends = true;
        break;
      }
      parts.add(repeated());
    }
    if (outermost && search) {
      if (!begins) {
        parts.addFirst(Regex.anything());
      }
      if (!ends) {
        parts.add(Regex.anything());
      }
    }
    return parts.size() == 1 ? parts.getFirst() : new Regex.Concat(parts);
  }

  /** Takes an anchor that ends an alternative. */
  private boolean endAnchor() {
    int length =
        peek('$') ? 1 : pattern.startsWith("\\z", at) || pattern.startsWith("\\Z", at) ? 2 : 0;
    int end = at + length;
    boolean last =
        length > 0
            && (end == pattern.length()
                || pattern.charAt(end) == '|'
                || pattern.charAt(end) == ')');
    if (last) {
      at = end;
    }
    return last;
  }

  private Regex repeated() {
    Regex part = atom();
    while (at < pattern.length()) {
      int least;
      int most;
      switch (pattern.charAt(at)) {
        case '*' -> {
          least = 0;
          most = Regex.UNLIMITED;
          at++;
        }
        case '+' -> {
          least = 1;
          most = Regex.UNLIMITED;
          at++;
        }
        case '?' -> {
          least = 0;
          most = 1;
          at++;
        }
        case '{' -> {
          at++;
          least = number();
          most = least;
          if (peek(',')) {
            at++;
            most = peek('}') ? Regex.UNLIMITED : number();
          }
          expect('}');
        }
        default -> {
          return part;
        }
      }
      if (most < least) {
        throw invalid("a repetition of " + least + " to " + most + " times is none");
      }
      if (peek('?')) {
        at++; // which text is tried first says nothing of which texts there are
      } else if (peek('+')) {
        throw unsupported("a possessive repetition", at);
      }
      if (at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0) {
        throw invalid("there is nothing to repeat at " + at);
      }
      part = new Regex.Times(part, least, most);
    }
    return part;
  }

  private int number() {
    int start = at;
    int value = 0;
    while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
      value = value * 10 + pattern.charAt(at++) - '0';
      if (value > MOST_REPETITIONS) {
        throw invalid("more than " + MOST_REPETITIONS + " repetitions are counted at " + start);
      }
    }
    if (at == start) {
      throw invalid("a number is missing in the repetition at " + at + "; a brace is \\{");
    }
    return value;
  }

  private Regex atom() {
    int start = at;
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case '(' -> group(start);
      case '[' -> new Regex.One(new CharacterClass(this).parse());
      case '.' -> new Regex.One(widest ? Classes.NO_NEW_LINE : Classes.NO_LINE_END);
      case '\\' -> escape();
      case '^', '$' ->
          throw unsupported("the anchor " + (char) c + " elsewhere than at the ends", start);
      case '*', '+', '?', '{' -> throw invalid("there is nothing to repeat at " + start);
      case ']', '}' ->
          throw invalid((char) c + " at " + start + " opens nothing; write \\" + (char) c);
      default -> new Regex.One(CodePoints.range(c, c));
    };
  }

  private Regex group(int start) {
    if (peek('?')) {
      at++;
      if (peek(':')) {
        at++;
      } else if (pattern.startsWith("P<", at) || (peek('<') && !lookBehind())) {
        int end = pattern.indexOf('>', at);
        if (end < 0) {
          throw invalid("the name of the group at " + start + " does not end");
        }
        at = end + 1;
      } else {
        throw unsupported(groupName(), start);
      }
    }
    Regex inner = alternatives(false);
    expect(')');
    return inner;
  }

  private boolean lookBehind() {
    return pattern.startsWith("<=", at) || pattern.startsWith("<!", at);
  }

  private String groupName() {
    if (lookBehind()) {
      return "lookbehind";
    }
    if (peek('=') || peek('!')) {
      return "lookahead";
    }
    if (peek('>')) {
      return "an atomic group";
    }
    if (pattern.startsWith("P=", at)) {
      return "a backreference";
    }
    return peek('(') ? "a condition" : "a flag or an extension of groups";
  }

  private Regex escape() {
    int start = at - 1;
    if (at < pattern.length()) {
      char c = pattern.charAt(at);
      if ((c >= '1' && c <= '9') || c == 'k') {
        throw unsupported("a backreference", start);
      }
      if (c == 'b' || c == 'B') {
        throw unsupported("a word boundary", start);
      }
      if (c == 'A' || c == 'Z' || c == 'z' || c == 'G') {
        throw unsupported("the anchor \\" + c + " elsewhere than at the ends", start);
      }
    }
    return new Regex.One(escapedSet());
  }

  /** The set of an escape after its backslash. */
  CodePoints escapedSet() {
    int start = at - 1;
    if (at >= pattern.length()) {
      throw invalid("it ends in a backslash");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case 'd' -> Classes.DIGITS;
      case 'D' -> Classes.DIGITS.not();
      case 'w' -> Classes.WORD;
      case 'W' -> Classes.WORD.not();
      case 's' -> widest ? Classes.NO_SPACES.not() : Classes.SPACES;
      case 'S' -> widest ? Classes.SPACES.not() : Classes.NO_SPACES;
      case 'p' -> property(start);
      case 'P' -> property(start).not();
      case 't' -> CodePoints.of("\t");
      case 'n' -> CodePoints.of("\n");
      case 'r' -> CodePoints.of("\r");
      case 'f' -> CodePoints.of("\f");
      case 'v' -> CodePoints.of("\u000b");
      case '0' -> {
        if (at < pattern.length() && Character.digit(pattern.charAt(at), 10) >= 0) {
          throw unsupported("an octal escape", start);
        }
        yield CodePoints.of("\0");
      }
      case 'x' -> character(hex(2), start);
      case 'u' -> unicode(start);
      case 'U' -> character(hex(8), start);
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw unsupported("the escape \\" + Character.toString(c), start);
        }
        yield CodePoints.range(c, c);
      }
    };
  }

  private CodePoints unicode(int start) {
    if (peek('{')) {
      int end = pattern.indexOf('}', at);
      if (end < 0 || end - at > 7) {
        throw invalid("the escape at " + start + " does not end");
      }
      at++;
      int value = hex(end - at);
      expect('}');
      return character(value, start);
    }
    int value = hex(4);
    if (Character.isSurrogate((char) value) && pattern.startsWith("\\u", at)) {
      at += 2;
      int low = hex(4);
      if (Character.isSurrogatePair((char) value, (char) low)) {
        value = Character.toCodePoint((char) value, (char) low);
      }
    }
    return character(value, start);
  }

  private CodePoints character(int value, int start) {
    CodePoints set =
        Character.isValidCodePoint(value) ? CodePoints.range(value, value) : CodePoints.NONE;
    if (set.isEmpty()) {
      throw invalid("the escape at " + start + " is no character");
    }
    return set;
  }

  private int hex(int digits) {
    int end = at + digits;
    int value = 0;
    boolean right = digits > 0 && end <= pattern.length();
    for (; right && at < end; at++) {
      int digit = Character.digit(pattern.charAt(at), 16);
      right = digit >= 0 && value < 1 << 24;
      value = value << 4 | digit;
    }
    if (!right) {
      throw invalid("an escape before " + Math.min(at, pattern.length()) + " lacks hex digits");
    }
    return value;
  }

  private CodePoints property(int start) {
    int end = peek('{') ? pattern.indexOf('}', at) : -1;
    if (end < 0) {
      throw invalid("\\p at " + start + " needs a name in braces, as \\p{L}");
    }
    String name = pattern.substring(at + 1, end);
    at = end + 1;
    return Classes.property(name)
        .orElseThrow(() -> unsupported("the character property " + name, start));
  }

  private boolean peek(char c) {
    return at < pattern.length() && pattern.charAt(at) == c;
  }

  private void expect(char c) {
    if (!peek(c)) {
      throw invalid("'" + c + "' is missing at " + at);
    }
    at++;
  }

  /** The rest of a character class is read by its own class; this is its view of the pattern. */
  boolean take(String text) {
    boolean there = pattern.startsWith(text, at);
    if (there) {
      at += text.length();
    }
    return there;
  }

  /** Changes between what is common to dialects and what is in any: inside a negated class. */
  void turn() {
    widest = !widest;
  }

  int position() {
    return at;
  }

  boolean follows(String text) {
    return pattern.startsWith(text, at);
  }

  int character() {
    if (at >= pattern.length()) {
      throw invalid("a character class does not end; ']' is missing");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  InvalidRequestException invalid(String problem) {
    return new InvalidRequestException(
        "response_format", what + " is not a regular expression: " + problem);
  }

  UnsupportedFeatureException unsupported(String construct, int position) {
    return new UnsupportedFeatureException(
        "response_format",
        what
            + " has "
            + construct
            + " at "
            + position
            + ", which is not supported in output formats");
  }
}

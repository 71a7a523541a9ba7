package org.lmdeploy.template.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmdeploy.template.jinja.Token.Kind;

/**
 * Splits a template into tokens, with the white space rules that Hugging Face sets for chat
 * templates: trim_blocks and lstrip_blocks on, the last newline of the file dropped.
 */
final class Lexer {
  private static final Pattern NEWLINE = Pattern.compile("\r\n|\r");
  private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%}\\s*|%}\n?)");
  private static final Pattern RAW_END =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%}|-%}\\s*|%}\n?)");
  private static final Pattern COMMENT_END = Pattern.compile("(?:\\+#}|-#}\\s*|#}\n?)");
  private static final Pattern BLOCK_END = Pattern.compile("\\+%}|-%}\\s*|%}\n?");
  private static final Pattern OUTPUT_END = Pattern.compile("-}}\\s*|}}");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)\\d+(?:_\\d+)*(?:(?:\\.\\d+(?:_\\d+)*)?[eE][+-]?\\d+(?:_\\d+)*|\\.\\d+(?:_\\d+)*)");
  private static final Pattern INTEGER =
      Pattern.compile("0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\\d[\\d_]*");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}\\p{M}_]*");
  private static final Set<String> OPERATORS =
      Set.of(
          "//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokenize(String template) {
    String source = NEWLINE.matcher(template).replaceAll("\n");
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (position < source.length()) {
      int begin = nextMarker();
      if (begin < 0) {
        data(source.substring(position));
        advance(source.length());
        break;
      }
      char marker = source.charAt(begin + 1);
      char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
      data(strip(source.substring(position, begin), sign, marker));
      advance(begin);
      switch (marker) {
        case '#' -> comment();
        case '%' -> {
          Matcher raw = at(RAW_BEGIN, position);
          if (raw == null) {
            code(Kind.BLOCK_BEGIN, Kind.BLOCK_END, BLOCK_END, sign);
          } else {
            raw(raw.end());
          }
        }
        default -> code(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, OUTPUT_END, sign);
      }
    }
    tokens.add(new Token(Kind.END, "", line));
  }

  private int nextMarker() {
    for (int i = source.indexOf('{', position);
        i >= 0 && i + 1 < source.length();
        i = source.indexOf('{', i + 1)) {
      char next = source.charAt(i + 1);
      if (next == '{' || next == '%' || next == '#') {
        return i;
      }
    }
    return -1;
  }

  /**
   * The text before a marker, without the white space that the marker's sign or lstrip_blocks takes
   * away.
   */
  private String strip(String text, char sign, char marker) {
    if (sign == '-') {
      return text.stripTrailing();
    }
    if (sign != '+' && marker != '{') {
      int start = text.lastIndexOf('\n') + 1;
      if ((start > 0 || lineStarting) && text.substring(start).isBlank()) {
        return text.substring(0, start);
      }
    }
    return text;
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Kind.DATA, text, line));
    }
  }

  private void comment() {
    Matcher end = COMMENT_END.matcher(source);
    if (!end.find(position + 2)) {
      throw JinjaException.syntax(line, "a comment is not closed by '#}'");
    }
    advance(end.end());
  }

  private void raw(int from) {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(from)) {
      throw JinjaException.syntax(line, "{% raw %} is not closed by {% endraw %}");
    }
    String text = source.substring(from, end.start());
    char sign = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
    lineStarting = source.charAt(from - 1) == '\n';
    data(strip(text, sign, '%'));
    advance(end.end());
  }

  private void code(Kind begin, Kind end, Pattern endPattern, char sign) {
    int opened = line;
    tokens.add(new Token(begin, "", line));
    advance(position + (sign == '-' || sign == '+' ? 3 : 2));
    Deque<Character> open = new ArrayDeque<>();
    while (position < source.length()) {
      Matcher m = open.isEmpty() ? at(endPattern, position) : null;
      if (m != null) {
        tokens.add(new Token(end, "", line));
        advance(m.end());
        return;
      }
      token(open);
    }
    throw JinjaException.syntax(opened, "a block that opens here is never closed");
  }

  private void token(Deque<Character> open) {
    Matcher m;
    char c = source.charAt(position);
    if ((m = at(SPACE, position)) != null) {
      advance(m.end());
    } else if ((m = at(FLOAT, position)) != null) {
      add(Kind.FLOAT, m.group(), m.end());
    } else if ((m = at(NAME, position)) != null) {
      add(Kind.NAME, m.group(), m.end());
    } else if ((m = at(INTEGER, position)) != null) {
      add(Kind.INTEGER, m.group(), m.end());
    } else if (c == '\'' || c == '"') {
      string(c);
    } else {
      operator(open);
    }
  }

  private void string(char quote) {
    int i = position + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      i += source.charAt(i) == '\\' ? 2 : 1;
    }
    if (i >= source.length()) {
      throw JinjaException.syntax(line, "a string is not closed by " + quote);
    }
    add(Kind.STRING, StringLiterals.decode(source.substring(position + 1, i), line), i + 1);
  }

  private void operator(Deque<Character> open) {
    int length =
        position + 2 <= source.length()
                && OPERATORS.contains(source.substring(position, position + 2))
            ? 2
            : 1;
    String operator = source.substring(position, position + length);
    if (!OPERATORS.contains(operator)) {
      throw JinjaException.syntax(line, "unexpected character '" + operator + "'");
    }
    switch (operator.charAt(0)) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != operator.charAt(0)) {
          throw JinjaException.syntax(line, "unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
    add(Kind.OPERATOR, operator, position + length);
  }

  private void add(Kind kind, String text, int end) {
    tokens.add(new Token(kind, text, line));
    advance(end);
  }

  private Matcher at(Pattern pattern, int start) {
    Matcher m = pattern.matcher(source);
    // transparent: the look-behind of FLOAT may see the character before the region
    m.region(start, source.length()).useTransparentBounds(true);
    return m.lookingAt() ? m : null;
  }

  private void advance(int to) {
    for (int i = position; i < to; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    lineStarting = to > position ? source.charAt(to - 1) == '\n' : lineStarting;
    position = to;
  }
}

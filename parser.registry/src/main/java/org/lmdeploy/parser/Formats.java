package org.lmdeploy.parser;

import java.util.List;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputFormat.Choice;
import org.lmdeploy.api.grammar.OutputFormat.Literal;
import org.lmdeploy.api.grammar.OutputFormat.Regex;
import org.lmdeploy.api.grammar.OutputFormat.Repeat;
import org.lmdeploy.api.grammar.OutputFormat.Sequence;
import org.lmdeploy.api.parser.CallableFunction;

/** Output formats that the parsers share. */
final class Formats {
  private Formats() {}

  /** A call as a JSON object between two texts. */
  static OutputFormat object(
      String before, CallableFunction function, String argumentsKey, String after) {
    return sequence(
        new Literal(before + "{\"name\": \"" + function.name() + "\", \"" + argumentsKey + "\": "),
        function.arguments(),
        new Literal("}" + after));
  }

  /** One call, or several with a text between them. */
  static OutputFormat calls(List<OutputFormat> each, String between, boolean several) {
    OutputFormat call = each.size() == 1 ? each.getFirst() : new Choice(each);
    return several
        ? sequence(call, new Repeat(sequence(new Literal(between), call), 0, Repeat.UNLIMITED))
        : call;
  }

  static OutputFormat sequence(OutputFormat... parts) {
    return new Sequence(List.of(parts));
  }

  static OutputFormat optional(OutputFormat part) {
    return new Repeat(part, 0, 1);
  }

  /**
   * Any text in which a mark does not occur.
   *
   * @param mark its first character occurs in it once
   */
  static Regex textWithout(String mark) {
    return new Regex(patternWithout(mark));
  }

  /**
   * The same as a pattern. Behind the mark's first character each further one of it may follow, and
   * then one that neither goes on with the mark nor begins it anew; beginning anew is a loop, and
   * the text may end within the mark.
   */
  static String patternWithout(String mark) {
    String firstInClass = inClass(mark.charAt(0));
    StringBuilder again = new StringBuilder();
    StringBuilder out = new StringBuilder();
    StringBuilder end = new StringBuilder();
    for (int i = 1; i < mark.length(); i++) {
      String matched = escaped(mark.substring(1, i));
      String separator = i == 1 ? "" : "|";
      again.append(separator).append(matched).append(escaped(mark.substring(0, 1)));
      out.append(separator)
          .append(matched)
          .append("[^")
          .append(firstInClass)
          .append(inClass(mark.charAt(i)))
          .append(']');
      end.append(separator).append(matched);
    }
    String begun = escaped(mark.substring(0, 1)) + "(?:" + again + ")*";
    return "(?:[^%s]|%s(?:%s))*(?:%s(?:%s))?".formatted(firstInClass, begun, out, begun, end);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      if ("\\.[]{}()*+-?^$|/".indexOf(c) >= 0) {
        escaped.append('\\');
      }
      escaped.append(c);
    }
    return escaped.toString();
  }

  private static String inClass(char c) {
    return "\\]^-[".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c);
  }
}

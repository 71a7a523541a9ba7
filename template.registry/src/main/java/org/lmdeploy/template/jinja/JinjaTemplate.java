package org.lmdeploy.template.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A compiled chat template in the Jinja dialect of Hugging Face. It can be rendered by many threads
 * at once. Values are those of JSON; a template reaches no Java object, file or network.
 */
public final class JinjaTemplate {
  private final String source;
  private final List<Stmt> statements;
  private final JinjaLimits limits;

  private JinjaTemplate(String source, List<Stmt> statements, JinjaLimits limits) {
    this.source = source;
    this.statements = statements;
    this.limits = limits;
  }

  /**
   * Compiles a template.
   *
   * @throws JinjaException of kind SYNTAX if the source is no template, LIMIT if it nests too deep
   */
  public static JinjaTemplate compile(String source, JinjaLimits limits) {
    try {
      return new JinjaTemplate(
          source, Parser.parse(source), Objects.requireNonNull(limits, "limits"));
    } catch (StackOverflowError e) {
      throw JinjaException.limit("the template nests too deep");
    }
  }

  /** Whether the source has this name as a word, which it has for every variable that it uses. */
  public boolean mentions(String name) {
    return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(source).find();
  }

  /** Renders with the current time. */
  public String render(Map<String, Object> variables) {
    return render(variables, Clock.systemDefaultZone());
  }

  /**
   * Renders the template.
   *
   * @param variables JSON values: null, Boolean, Number, String, List, Map
   * @param clock the time that {@code strftime_now} tells
   * @throws JinjaException if the template fails, refuses its input or exceeds its limits
   */
  public String render(Map<String, Object> variables, Clock clock) {
    try {
      return ScopedValue.where(Budget.CURRENT, new Budget(limits))
          .where(Strftime.CLOCK, clock)
          .call(() -> new Renderer().render(statements, variables));
    } catch (StackOverflowError e) {
      // values can nest deeper than the counted evaluations: the stack is the last guard
      throw JinjaException.limit("the template or one of its values nests too deep");
    }
  }
}

package org.lmdeploy.parser;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputFormat.Literal;
import org.lmdeploy.api.grammar.OutputFormat.Regex;
import org.lmdeploy.api.grammar.OutputFormat.Until;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.service.component.annotations.Component;

/**
 * Reasoning between {@code <think>} and {@code </think>} at the beginning of an answer; the prompt
 * may have opened it. LMDeploy has several names for it.
 */
@Component
public final class ThinkReasoningParser implements ReasoningParser {
  static final String OPEN = "<think>";
  static final String CLOSE = "</think>";

  @Override
  public List<String> names() {
    return List.of("default", "qwen-qwq", "deepseek-r1", "intern-s1");
  }

  @Override
  public Optional<String> accepts(ModelFiles files, ChatTemplate template) {
    return TemplateProbe.withReasoning(template).contains(OPEN)
        ? Optional.of("the chat template knows " + OPEN)
        : Optional.empty();
  }

  @Override
  public AnswerReader start(String promptEnd) {
    return new ThinkReader(isOpen(promptEnd));
  }

  @Override
  public OutputFormat format(String promptEnd, OutputFormat answer) {
    if (promptEnd.stripTrailing().endsWith(CLOSE)) {
      return answer; // the template has closed it: the model is not to reason
    }
    OutputFormat reasoning = Formats.sequence(new Until(CLOSE), new Regex("\\n{0,2}"));
    return isOpen(promptEnd)
        ? Formats.sequence(reasoning, answer)
        : Formats.sequence(
            Formats.optional(Formats.sequence(new Literal(OPEN), reasoning)), answer);
  }

  private static boolean isOpen(String promptEnd) {
    return promptEnd.stripTrailing().endsWith(OPEN);
  }
}

package org.lmdeploy.parser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.service.component.annotations.Component;

/** Qwen 2.5, Qwen 3, Hermes: JSON objects between {@code <tool_call>} and {@code </tool_call>}. */
@Component
public final class QwenToolParser implements ToolParser {
  private static final String OPEN = "<tool_call>";
  private static final String CLOSE = "</tool_call>";

  /** Other lines of models write something else behind the same tag. */
  private static final Pattern TOLD = Pattern.compile(OPEN + "\\s*\\{\\s*[\"']name");

  @Override
  public List<String> names() {
    return List.of("qwen", "qwen3", "qwen2d5");
  }

  @Override
  public Optional<String> accepts(ModelFiles files, ChatTemplate template) {
    return TOLD.matcher(TemplateProbe.withTool(template)).find()
        ? Optional.of("the chat template asks for JSON objects behind " + OPEN)
        : Optional.empty();
  }

  @Override
  public boolean needsSpecialTokens() {
    return false; // the tags are tokens of their own, but no special ones
  }

  @Override
  public AnswerReader start(Set<String> functions) {
    return new CallReader(List.of(CallForm.tagged(OPEN, CLOSE)), functions);
  }

  @Override
  public OutputFormat format(List<CallableFunction> functions, boolean required, boolean several) {
    List<OutputFormat> each =
        functions.stream()
            .map(function -> Formats.object(OPEN + "\n", function, "arguments", "\n" + CLOSE))
            .toList();
    OutputFormat calls = Formats.calls(each, "\n", several);
    return required ? calls : Formats.sequence(Formats.textWithout(OPEN), Formats.optional(calls));
  }
}

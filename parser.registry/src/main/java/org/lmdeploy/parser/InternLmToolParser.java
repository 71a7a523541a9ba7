package org.lmdeploy.parser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.service.component.annotations.Component;

/**
 * InternLM2 and later: a JSON object behind {@code <|action_start|><|plugin|>}. The token {@code
 * <|action_end|>} behind it ends the answer, so that there is one call and the token is not seen.
 */
@Component
public final class InternLmToolParser implements ToolParser {
  private static final String ACTION = "<|action_start|>";
  private static final String PLUGIN = "<|plugin|>";
  private static final String CLOSE = "<|action_end|>";

  @Override
  public List<String> names() {
    return List.of("internlm", "intern-s1");
  }

  @Override
  public Optional<String> accepts(ModelFiles files, ChatTemplate template) {
    return TemplateProbe.withTool(template).contains(PLUGIN)
        ? Optional.of("the chat template shows tools with " + PLUGIN)
        : Optional.empty();
  }

  @Override
  public boolean needsSpecialTokens() {
    return true;
  }

  @Override
  public AnswerReader start(Set<String> functions) {
    return new CallReader(List.of(CallForm.tagged(ACTION + PLUGIN, CLOSE)), functions);
  }

  @Override
  public OutputFormat format(List<CallableFunction> functions, boolean required, boolean several) {
    List<OutputFormat> each =
        functions.stream()
            .map(function -> Formats.object(ACTION + PLUGIN + "\n", function, "parameters", ""))
            .toList();
    OutputFormat call = Formats.calls(each, "", false);
    return required ? call : Formats.sequence(Formats.textWithout(ACTION), Formats.optional(call));
  }
}

package org.lmdeploy.parser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputFormat.Choice;
import org.lmdeploy.api.grammar.OutputFormat.Literal;
import org.lmdeploy.api.grammar.OutputFormat.Regex;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.api.parser.CallableFunction;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.service.component.annotations.Component;

/**
 * Llama 3.1 and later. Which of its forms a model writes depends on what its prompt tells it: a
 * JSON object at the beginning of the answer, maybe behind {@code <|python_tag|>} (the checkpoints'
 * own templates), or {@code <function=NAME>{...}</function>} (LMDeploy's template).
 */
@Component
public final class Llama3ToolParser implements ToolParser {
  private static final String PYTHON_TAG = "<|python_tag|>";
  private static final String OPEN = "<function=";
  private static final String CLOSE = "</function>";

  /** The forms as prompts show them; other lines write XML behind {@code <function=NAME>}. */
  private static final Pattern TOLD =
      Pattern.compile(
          "<function=[^>\\s]*>\\s*\\{|<\\|python_tag\\|>|\"parameters\": dictionary of argument"
              + " name");

  private static final List<CallForm> FORMS =
      List.of(
          new CallForm(OPEN, CLOSE, NamedCall::new),
          CallForm.tagged(PYTHON_TAG, ""),
          CallForm.tagged("", ""));

  @Override
  public List<String> names() {
    return List.of("llama3");
  }

  @Override
  public Optional<String> accepts(ModelFiles files, ChatTemplate template) {
    return Optional.of(TOLD.matcher(TemplateProbe.withTool(template)))
        .filter(Matcher::find)
        .map(told -> "the chat template asks for " + told.group());
  }

  @Override
  public boolean needsSpecialTokens() {
    return true;
  }

  @Override
  public AnswerReader start(Set<String> functions) {
    return new CallReader(FORMS, functions);
  }

  @Override
  public OutputFormat format(List<CallableFunction> functions, boolean required, boolean several) {
    OutputFormat objects =
        Formats.calls(
            functions.stream().map(f -> Formats.object("", f, "parameters", "")).toList(),
            "; ",
            several);
    OutputFormat tagged =
        Formats.calls(functions.stream().map(Llama3ToolParser::tagged).toList(), "\n", several);
    if (required) {
      return new Choice(List.of(objects, tagged));
    }
    // a text that begins with a brace would be read as a call
    Regex text = new Regex("\\s*(?:[^\\s{<]" + Formats.patternWithout(OPEN) + ")?");
    return new Choice(List.of(objects, Formats.sequence(text, Formats.optional(tagged))));
  }

  private static OutputFormat tagged(CallableFunction function) {
    return Formats.sequence(
        new Literal(OPEN + function.name() + ">"), function.arguments(), new Literal(CLOSE));
  }
}

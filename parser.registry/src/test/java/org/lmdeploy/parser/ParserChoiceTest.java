package org.lmdeploy.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.template.TemplateRegistry;

/** Which parsers find that they fit a chat template. */
class ParserChoiceTest {
  /** Shows the tools of a request, then an instruction that is filled in. */
  private static final String TOOLS =
      "{%% for m in messages %%}{{ m.content }}{%% endfor %%}{%% if tools %%}{{ tools | tojson }}"
          + "%s{%% endif %%}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "internlm2|internlm",
        "internvl2-internlm2|internlm",
        "llama3_1|llama3",
        "llama3|",
        "qwen|",
        "vicuna|",
        "base|"
      })
  void ofLmdeploysTemplates(String template, String parser) {
    assertEquals(parser == null ? "" : parser, tools(Optional.of(template), "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "<tool_call>\\n{\"name\": <function-name>}\\n</tool_call>~qwen",
        "<tool_call>{'name': <function-name>}</tool_call>~qwen",
        "<tool_call>{function-name}<arg_key>~",
        "<tool_call>\\n<function=example>\\n<parameter=a>~",
        "<function=example>{\"a\": 1}</function>~llama3",
        "{\"name\": function name, \"parameters\": dictionary of argument name and its"
            + " value}~llama3",
        "<|plugin|>~internlm",
        "Call what you like.~"
      })
  void ofCheckpointsTemplates(String told, String parser) {
    String source = TOOLS.formatted("{{ '" + told.replace("'", "\\'") + "' }}");
    assertEquals(parser == null ? "" : parser, tools(Optional.empty(), source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{{ messages[0].content }}|false",
        "{{ messages[0].content }}{% if add_generation_prompt %}<think>\\n{% endif %}|true",
        "{{ messages[0].content }}{% if enable_thinking is defined and not enable_thinking %}"
            + "<think></think>{% endif %}|true",
        "{% for m in messages %}{% if m.reasoning_content %}<think>{{ m.reasoning_content }}"
            + "{% endif %}{{ m.content }}{% endfor %}|true",
        "{{ raise_exception('no') }}<think>|false"
      })
  void ofReasoning(String source, boolean reasons) {
    ModelFiles files = files(source);
    ReasoningParser parser = ServiceLoader.load(ReasoningParser.class).findFirst().orElseThrow();
    assertEquals(reasons, parser.accepts(files, template(files, Optional.empty())).isPresent());
  }

  /** The names of all tool parsers that fit. */
  private static String tools(Optional<String> requested, String source) {
    ModelFiles files = files(source);
    ChatTemplate template = template(files, requested);
    TreeSet<String> fitting = new TreeSet<>();
    for (ToolParser parser : ServiceLoader.load(ToolParser.class)) {
      parser.accepts(files, template).ifPresent(_ -> fitting.add(parser.names().getFirst()));
    }
    return String.join(",", fitting);
  }

  private static ChatTemplate template(ModelFiles files, Optional<String> requested) {
    return new TemplateRegistry().choose(files, requested).template();
  }

  private static ModelFiles files(String source) {
    return new ModelFiles(
        Path.of("model"),
        ConfigTree.of("config.json", Map.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            ConfigTree.of(
                "tokenizer_config.json",
                Map.of("chat_template", List.of(Map.of("name", "default", "template", source))))));
  }
}

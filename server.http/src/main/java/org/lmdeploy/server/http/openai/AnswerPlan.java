package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Readers;
import org.lmdeploy.server.http.answer.SpecialTokenFilter;

/**
 * How a model's answers to a conversation are generated and read: what is reasoning, what calls
 * tools, and what they must be.
 *
 * @param model the model
 * @param tools the tools of the request; empty if none may be called
 * @param wanted how the answers are generated as the request has it
 */
record AnswerPlan(ServedModel model, Optional<ToolUse> tools, GenerationConfig wanted) {
  /**
   * How one of the answers is generated.
   *
   * @param own as the request has it, with the answer's own seed
   * @param promptEnd the last text of the prompt
   */
  GenerationConfig config(GenerationConfig own, String promptEnd) {
    GenerationConfig.Builder config = own.toBuilder();
    if (hidesSpecialTokens()) {
      config.skipSpecialTokens(false);
    }
    format()
        .map(
            format ->
                model
                    .reasoningParser()
                    .map(parser -> parser.format(promptEnd, format))
                    .orElse(format))
        .ifPresent(config::responseFormat);
    return config.build();
  }

  /** What an answer must be behind its reasoning; a format of the request holds for its content. */
  private Optional<OutputFormat> format() {
    if (tools.isEmpty()) {
      return wanted.responseFormat();
    }
    return wanted
        .responseFormat()
        .filter(_ -> !tools.get().required())
        .<OutputFormat>map(
            content -> new OutputFormat.Choice(List.of(content, tools.get().callsAlone())))
        .or(() -> tools.get().format());
  }

  /** What reads an answer to a prompt that ends so. */
  AnswerReader reader(String promptEnd) {
    AnswerReader reader =
        Readers.of(
            model.reasoningParser().map(parser -> parser.start(promptEnd)),
            tools.map(ToolUse::reader));
    return hidesSpecialTokens() ? new SpecialTokenFilter(reader, model.specialTokens()) : reader;
  }

  /** Whether special tokens are needed to find calls, but not wanted by the request. */
  private boolean hidesSpecialTokens() {
    return wanted.skipSpecialTokens()
        && tools.isPresent()
        && tools.get().parser().needsSpecialTokens();
  }
}

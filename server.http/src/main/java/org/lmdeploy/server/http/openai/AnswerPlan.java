package org.lmdeploy.server.http.openai;

import java.util.Optional;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.parser.AnswerReader;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Readers;
import org.lmdeploy.server.http.answer.SpecialTokenFilter;

/**
 * How a model's answers to a conversation are read: what is reasoning, what calls tools.
 *
 * @param model the model
 * @param tools the tools of the request; empty if none may be called
 * @param wanted how the answers are generated as the request has it
 */
record AnswerPlan(ServedModel model, Optional<ToolUse> tools, GenerationConfig wanted) {
  /** How the answers are generated so that they can be read. */
  GenerationConfig config() {
    return hidesSpecialTokens() ? wanted.toBuilder().skipSpecialTokens(false).build() : wanted;
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

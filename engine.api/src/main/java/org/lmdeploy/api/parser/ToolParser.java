package org.lmdeploy.api.parser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that knows how a line of models writes calls of tools. Safe for many threads.
 *
 * <p>A text that looks like a call but names no function of the request is content. A call whose
 * function is known but whose arguments are no JSON object ends with {@link AnswerPart.Malformed}.
 */
@ConsumerType
public interface ToolParser {
  /** The names by which the flag {@code --tool-call-parser} chooses it, the usual one first. */
  List<String> names();

  /**
   * Whether it fits a model that nobody chose a parser for.
   *
   * @param files the model
   * @param template the model's chat template, which may be asked to render
   * @return the evidence, one sentence; empty if it does not fit
   */
  Optional<String> accepts(ModelFiles files, ChatTemplate template);

  /**
   * Whether calls are marked by special tokens, so that they must stay in the text. Those that are
   * still in the content of the parts are taken out afterwards.
   */
  boolean needsSpecialTokens();

  /**
   * Begins to read an answer.
   *
   * @param functions names of the functions that may be called
   */
  AnswerReader start(Set<String> functions);

  /**
   * What an answer must be so that its calls are right. Reasoning and end tokens are not part of
   * it.
   *
   * @param functions the functions that may be called, at least one
   * @param required whether there must be a call; if not, the answer may be any text, with calls or
   *     without
   * @param several whether there may be more than one call
   */
  OutputFormat format(List<CallableFunction> functions, boolean required, boolean several);
}

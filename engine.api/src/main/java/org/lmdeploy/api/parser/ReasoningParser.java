package org.lmdeploy.api.parser;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.template.ChatTemplate;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that knows how a line of models marks its reasoning. Safe for many threads. */
@ConsumerType
public interface ReasoningParser {
  /** The names by which the flag {@code --reasoning-parser} chooses it, the usual one first. */
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
   * Begins to read an answer; the reader gives parts of content and reasoning alone.
   *
   * @param promptEnd the last text of the prompt, which may have opened the reasoning
   */
  AnswerReader start(String promptEnd);

  /**
   * An answer that may begin with reasoning.
   *
   * @param promptEnd the last text of the prompt
   * @param answer what the answer behind the reasoning must be
   */
  OutputFormat format(String promptEnd, OutputFormat answer);
}

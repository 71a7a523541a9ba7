package org.lmdeploy.api.template;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** From messages to a prompt. A bundle that registers one of these adds a template by name. */
@ConsumerType
public interface ChatTemplate {
  /** The name by which a flag or a request chooses this template. */
  String name();

  /**
   * The prompt of a conversation.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if the template refuses the messages
   */
  List<PromptPiece> render(TemplateInput input);

  /** Texts that end an answer besides the tokenizer's own end. */
  default List<String> stopWords() {
    return List.of();
  }

  /**
   * Whether a variable of {@link TemplateInput#variables} can change the prompt.
   *
   * @param variable its name, for example {@code reasoning_effort}
   */
  default boolean takes(String variable) {
    return false;
  }
}

package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.PreparedChat;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.GenerationPlan;

/**
 * A conversation to be answered once or several times. Its prompt and its images are prepared when
 * they are first needed, however many answers are wanted.
 */
public final class Conversation {
  private final AnswerPlan plan;
  private final Once<PreparedChat> prepared;

  /**
   * @param tools the tools that may be called
   * @param wanted how it is answered
   * @param variables variables for the chat template
   * @param media which images it may have
   */
  public Conversation(
      ServedModel model,
      List<ChatMessage> messages,
      Optional<ToolUse> tools,
      GenerationConfig wanted,
      Map<String, Object> variables,
      MediaPolicy media) {
    plan = new AnswerPlan(model, tools, wanted);
    ChatRequest request =
        new ChatRequest(
            messages, wanted, tools.map(ToolUse::shown).orElse(List.of()), variables, media);
    prepared = new Once<>(() -> model.prepare(request));
  }

  /** Tokens of the prompt. */
  public int promptTokens() {
    return prepared.get().promptTokens();
  }

  /**
   * One answer.
   *
   * @param own as wanted, with a seed of its own
   */
  public GenerationPlan.Choice choice(GenerationConfig own) {
    return new GenerationPlan.Choice(
        0,
        "",
        () -> prepared.get().generate(plan.config(own, prepared.get().promptEnd())),
        () -> plan.reader(prepared.get().promptEnd()));
  }
}

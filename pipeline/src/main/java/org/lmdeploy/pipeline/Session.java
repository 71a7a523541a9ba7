package org.lmdeploy.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.chat.ChatMessage;

/** A conversation of several turns. Not for several threads at once. */
public final class Session {
  private final List<ChatMessage> history = new ArrayList<>();

  /** A conversation that has not begun. */
  public Session() {}

  /** A conversation under a system message. */
  public Session(String system) {
    history.add(ChatMessage.of("system", system));
  }

  /** What was said so far. */
  public List<ChatMessage> history() {
    return List.copyOf(history);
  }

  Prompt with(Prompt next) {
    List<ChatMessage> all = new ArrayList<>(history);
    all.addAll(next.messages());
    return new Prompt(all);
  }

  void said(Prompt question, String answer) {
    history.addAll(question.messages());
    history.add(ChatMessage.of("assistant", answer));
  }
}

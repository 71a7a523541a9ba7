package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerEnd;
import org.lmdeploy.server.http.answer.WholeCall;

/** An answer that is collected until it is complete. Used by one thread at a time. */
public final class WholeChoice {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final List<WholeCall> calls = new ArrayList<>();
  private final List<TokenLogprobs> logprobs = new ArrayList<>();
  private AnswerEnd end = AnswerEnd.STOP;

  /** Adds what came next. */
  public void add(AnswerChunk chunk) {
    chunk.parts().forEach(this::add);
    logprobs.addAll(chunk.logprobs());
    chunk.end().ifPresent(reason -> end = reason);
  }

  private void add(AnswerPart part) {
    switch (part) {
      case AnswerPart.Content(String more) -> text.append(more);
      case AnswerPart.Reasoning(String more) -> reasoning.append(more);
      case AnswerPart.CallBegin(int _, String function) -> calls.add(new WholeCall(function));
      case AnswerPart.CallArguments(int _, String json) -> calls.getLast().add(json);
      case AnswerPart.CallEnd _, AnswerPart.Malformed _ -> {}
    }
  }

  /** The content. */
  public String text() {
    return text.toString();
  }

  /** The reasoning, maybe empty. */
  public String reasoning() {
    return reasoning.toString();
  }

  /** The calls of tools. */
  public List<WholeCall> calls() {
    return calls;
  }

  List<TokenLogprobs> logprobs() {
    return logprobs;
  }

  /** Why it ended. */
  public AnswerEnd end() {
    return end;
  }
}

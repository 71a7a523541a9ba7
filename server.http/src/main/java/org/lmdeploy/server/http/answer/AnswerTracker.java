package org.lmdeploy.server.http.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/** Cuts the chunks of one answer into parts and keeps count. Used by one thread at a time. */
public final class AnswerTracker {
  private final AnswerReader reader;
  private boolean reasons;
  private boolean answers;
  private boolean calls;
  private boolean malformed;
  private int reasoningTokens;

  /**
   * @param reader reads this answer alone
   */
  public AnswerTracker(AnswerReader reader) {
    this.reader = reader;
  }

  /**
   * The parts of what came next.
   *
   * @param stopWord the stop word that ended the answer, if one did
   */
  public AnswerChunk next(GenerationChunk chunk, Optional<String> stopWord) {
    List<AnswerPart> parts = new ArrayList<>(reader.read(chunk.text()));
    if (chunk.finishReason().isPresent()) {
      parts.addAll(reader.end());
    }
    parts.forEach(this::note);
    if (!answers) {
      reasoningTokens += chunk.tokenIds().size();
    }
    return new AnswerChunk(
        parts, chunk.tokenIds(), chunk.logprobs(), chunk.finishReason().map(this::end), stopWord);
  }

  /** Tokens up to the first part that is no reasoning, if there was reasoning. */
  public int reasoningTokens() {
    return reasons ? reasoningTokens : 0;
  }

  private void note(AnswerPart part) {
    switch (part) {
      case AnswerPart.Reasoning _ -> reasons = true;
      case AnswerPart.Content _ -> answers = true;
      case AnswerPart.CallBegin _ -> {
        answers = true;
        calls = true;
      }
      case AnswerPart.Malformed _ -> malformed = true;
      case AnswerPart.CallArguments _, AnswerPart.CallEnd _ -> {}
    }
  }

  private AnswerEnd end(FinishReason reason) {
    if (reason == FinishReason.LENGTH) {
      return AnswerEnd.LENGTH;
    }
    return malformed ? AnswerEnd.PARSE_ERROR : calls ? AnswerEnd.TOOL_CALLS : AnswerEnd.STOP;
  }
}

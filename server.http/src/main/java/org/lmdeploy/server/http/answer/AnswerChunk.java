package org.lmdeploy.server.http.answer;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.parser.AnswerPart;

/**
 * What an answer brought at once.
 *
 * @param parts what is new in it
 * @param tokenIds new tokens
 * @param logprobs one entry for each new token, if they were asked for
 * @param end why the answer ended, in the last chunk
 * @param stopWord the stop word that ended it
 */
public record AnswerChunk(
    List<AnswerPart> parts,
    List<Integer> tokenIds,
    List<TokenLogprobs> logprobs,
    Optional<AnswerEnd> end,
    Optional<String> stopWord) {
  /** Copies the lists. */
  public AnswerChunk {
    parts = List.copyOf(parts);
    tokenIds = List.copyOf(tokenIds);
    logprobs = List.copyOf(logprobs);
  }

  /** The new content. */
  public String content() {
    return parts.stream()
        .filter(AnswerPart.Content.class::isInstance)
        .map(part -> ((AnswerPart.Content) part).text())
        .collect(Collectors.joining());
  }

  /** The new reasoning. */
  public String reasoning() {
    return parts.stream()
        .filter(AnswerPart.Reasoning.class::isInstance)
        .map(part -> ((AnswerPart.Reasoning) part).text())
        .collect(Collectors.joining());
  }
}

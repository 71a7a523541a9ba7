package org.lmdeploy.server.http.answer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lmdeploy.api.engine.GenerationStream;

/**
 * Token counts of a request.
 *
 * @param promptTokens tokens of all prompts, each counted once however many answers it has
 * @param completionTokens tokens of all answers
 * @param cachedTokens those of the prompts that came from the prefix cache
 * @param reasoningTokens those of the answers that are reasoning
 */
public record Usage(int promptTokens, int completionTokens, int cachedTokens, int reasoningTokens) {
  /** The counts of streams that have ended. */
  public static Usage of(
      List<GenerationPlan.Choice> choices,
      List<GenerationStream> streams,
      List<AnswerTracker> trackers) {
    int prompt = 0;
    int completion = 0;
    int cached = 0;
    Set<Integer> counted = new HashSet<>();
    for (int i = 0; i < streams.size(); i++) {
      GenerationStream stream = streams.get(i);
      completion += stream.generatedTokens();
      if (counted.add(choices.get(i).prompt())) {
        prompt += stream.promptTokens();
        cached += stream.cachedTokens();
      }
    }
    int reasoning = trackers.stream().mapToInt(AnswerTracker::reasoningTokens).sum();
    return new Usage(prompt, completion, cached, reasoning);
  }
}

package org.lmdeploy.server.http.openai;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.server.http.answer.AnswerTracker;
import tools.jackson.core.JsonGenerator;

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

  void write(JsonGenerator json) {
    json.writeName("usage");
    json.writeStartObject();
    json.writeNumberProperty("prompt_tokens", promptTokens);
    json.writeNumberProperty("completion_tokens", completionTokens);
    json.writeNumberProperty("total_tokens", promptTokens + completionTokens);
    json.writeName("prompt_tokens_details");
    json.writeStartObject();
    json.writeNumberProperty("cached_tokens", cachedTokens);
    json.writeEndObject();
    if (reasoningTokens > 0) {
      json.writeName("completion_tokens_details");
      json.writeStartObject();
      json.writeNumberProperty("reasoning_tokens", reasoningTokens);
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}

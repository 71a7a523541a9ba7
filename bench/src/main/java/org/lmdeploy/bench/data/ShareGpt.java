package org.lmdeploy.bench.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tokenizer.Tokenizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * ShareGPT's conversations as LMDeploy 0.6 takes them: those with two turns at least, the first as
 * the prompt and the length of the second as that of the answer; a sample of 1.2 times as many as
 * are wanted (1000 at least) is tokenized, filtered and sampled again, with Python's draws.
 */
public final class ShareGpt {
  private static final double SPARE = 1.2;
  private static final int LEAST_SAMPLE = 1000;

  private ShareGpt() {}

  private record Turns(String prompt, String answer) {}

  /**
   * The requests of a seed.
   *
   * @param outputTokens the length of every answer; empty for that of the conversation's own
   * @throws InvalidRequestException if the file is damaged or holds too few conversations
   */
  public static List<Request> read(
      Path file, int count, long seed, Tokenizer tokenizer, OptionalInt outputTokens) {
    List<Turns> all = turns(file);
    PythonRandom random = new PythonRandom(seed);
    int wanted = Math.min(all.size(), Math.max((int) (count * SPARE), LEAST_SAMPLE));
    List<Request> passing = new ArrayList<>();
    for (Turns turns : random.sample(all, wanted)) {
      int[] prompt = tokenizer.encode(turns.prompt(), true);
      int output = outputTokens.orElseGet(() -> tokenizer.encode(turns.answer(), true).length);
      if (Lengths.passes(prompt.length, output)) {
        passing.add(new Request(prompt, Optional.of(turns.prompt()), output));
      }
    }
    if (passing.size() < count) {
      throw new InvalidRequestException(
          "num-prompts",
          "%s requests are wanted; of %s conversations of %s only %s pass the filter"
              .formatted(count, wanted, file, passing.size()));
    }
    return random.sample(passing, count);
  }

  private static List<Turns> turns(Path file) {
    List<Turns> turns = new ArrayList<>();
    try {
      JsonNode root = new JsonMapper().readTree(Files.readAllBytes(file));
      if (!root.isArray()) {
        throw wrong(file + " holds no list of conversations");
      }
      for (JsonNode entry : root) {
        JsonNode conversation = entry.path("conversations");
        if (conversation.size() >= 2) {
          turns.add(
              new Turns(
                  conversation.get(0).path("value").asString(""),
                  conversation.get(1).path("value").asString("")));
        }
      }
    } catch (IOException e) {
      throw wrong(file + " cannot be read: " + e.getMessage());
    } catch (JacksonException e) {
      throw wrong(file + " is no JSON file: " + e.getOriginalMessage());
    }
    if (turns.isEmpty()) {
      throw wrong(file + " holds no conversation of two turns");
    }
    return turns;
  }

  private static InvalidRequestException wrong(String message) {
    return new InvalidRequestException("dataset-path", message);
  }
}

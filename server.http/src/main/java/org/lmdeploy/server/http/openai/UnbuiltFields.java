package org.lmdeploy.server.http.openai;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.databind.JsonNode;

/**
 * Fields of OpenAI's and LMDeploy's protocol that would change the answer and cannot yet. A value
 * that asks for nothing is accepted, any other refused by name.
 */
public final class UnbuiltFields {
  private static final Predicate<JsonNode> EMPTY = node -> node.isContainer() && node.isEmpty();
  private static final Predicate<JsonNode> FALSE = node -> node.isBoolean() && !node.booleanValue();
  private static final Predicate<JsonNode> NEVER = node -> false;

  /** Fields of both kinds of completions. */
  private static final Map<String, Predicate<JsonNode>> COMMON =
      Map.ofEntries(
          entry("store", FALSE),
          entry("return_routed_experts", FALSE),
          entry("with_cache", FALSE),
          entry("preserve_cache", FALSE),
          entry("migration_request", NEVER));

  static final Map<String, Predicate<JsonNode>> CHAT =
      Map.ofEntries(
          entry("functions", EMPTY),
          entry("function_call", is("none")),
          entry(
              "modalities",
              node -> node.isArray() && node.size() == 1 && is("text").test(node.get(0))),
          entry("audio", NEVER),
          entry("prediction", NEVER),
          entry("web_search_options", NEVER),
          entry("verbosity", is("medium")));

  static final Map<String, Predicate<JsonNode>> COMPLETION = Map.of("suffix", is(""));

  /** Labels: they change nothing in an answer. */
  private static final Set<String> LABELS =
      Set.of(
          "user",
          "metadata",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "session_id");

  private UnbuiltFields() {}

  /** Accepts labels and values that ask for nothing. */
  public static void refuse(Fields body, Map<String, Predicate<JsonNode>> special) {
    body.acceptLabels(LABELS);
    COMMON.forEach((field, harmless) -> refuse(body, field, harmless));
    special.forEach((field, harmless) -> refuse(body, field, harmless));
  }

  /** Refuses one field. */
  public static void refuse(Fields body, String field, Predicate<JsonNode> harmless) {
    body.value(field)
        .filter(harmless.negate())
        .ifPresent(
            value -> {
              throw unsupported(body.name(field), value);
            });
  }

  static UnsupportedFeatureException unsupported(String name, JsonNode value) {
    return new UnsupportedFeatureException(
        name, name + " is " + Problems.shown(value) + ", which is not supported; leave it out");
  }

  private static Predicate<JsonNode> is(String text) {
    return node -> node.isString() && node.stringValue().equals(text);
  }
}

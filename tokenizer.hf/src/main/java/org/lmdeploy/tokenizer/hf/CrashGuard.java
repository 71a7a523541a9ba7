package org.lmdeploy.tokenizer.hf;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * Refuses what the native library reads but then ends the JVM with: version 0.21.4 of the Rust
 * library indexes some data without a check, and a Rust panic cannot cross JNI. Found by fuzzing.
 */
final class CrashGuard {
  private final String origin;

  private CrashGuard(String origin) {
    this.origin = origin;
  }

  /**
   * @throws InvalidModelException if the tokenizer would end the JVM
   */
  static void check(TokenizerJson json) {
    CrashGuard guard = new CrashGuard(json.origin());
    for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      guard.checkComponent(part, json.part(part));
    }
    guard.require(
        countTemplates(json.part("post_processor")) <= 1,
        "post_processor: a template follows a template; only one is supported");
    Map<String, Object> model = json.modelProperties();
    Object prefix = model.get("continuing_subword_prefix");
    guard.require(
        !model.containsKey("merges") || prefix == null || prefix.equals(""),
        "model: continuing_subword_prefix is " + prefix + "; a model with merges cannot have one");
  }

  /** Goes by the properties: the library ignores the type where the properties fit one. */
  private void checkComponent(String path, Object component) {
    if (component instanceof List<?> list) {
      list.forEach(element -> checkComponent(path, element));
    } else if (component instanceof Map<?, ?> map) {
      checkTemplate(path, map);
      checkStrip(path, map);
      if ("Precompiled".equals(map.get("type")) || map.containsKey("precompiled_charsmap")) {
        CharsMap.checkBase64(origin, map.get("precompiled_charsmap"));
      }
      require(!isNumber(map.get("length"), 0), path + ": length is 0; 1 or more is needed");
      map.values().forEach(value -> checkComponent(path, value));
    }
  }

  private static int countTemplates(Object component) {
    return switch (component) {
      case List<?> list -> list.stream().mapToInt(CrashGuard::countTemplates).sum();
      case Map<?, ?> map when map.containsKey("single") -> 1;
      case Map<?, ?> map -> map.values().stream().mapToInt(CrashGuard::countTemplates).sum();
      case null, default -> 0;
    };
  }

  /** Every special token of a template needs its ids beside the template. */
  private void checkTemplate(String path, Map<?, ?> processor) {
    Set<?> defined =
        processor.get("special_tokens") instanceof Map<?, ?> tokens ? tokens.keySet() : Set.of();
    for (String template : List.of("single", "pair")) {
      if (processor.get(template) instanceof List<?> pieces) {
        for (Object piece : pieces) {
          if (piece instanceof Map<?, ?> entry
              && entry.get("SpecialToken") instanceof Map<?, ?> token) {
            require(
                defined.contains(token.get("id")),
                path
                    + ": "
                    + template
                    + " uses "
                    + token.get("id")
                    + ", which special_tokens does not define");
          }
        }
      }
    }
  }

  /** A decoder that takes characters from the end of a token fails on a shorter one. */
  private void checkStrip(String path, Map<?, ?> component) {
    Object stop = component.get("stop");
    require(
        stop == null || isNumber(stop, 0), path + ": stop is " + stop + "; only 0 is supported");
  }

  private static boolean isNumber(Object value, long expected) {
    return value instanceof Number number && number.longValue() == expected;
  }

  private void require(boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      throw new InvalidModelException(origin + ": " + otherwise);
    }
  }
}

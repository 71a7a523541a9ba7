package org.lmdeploy.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;

/**
 * What a template writes around the parts of a conversation, under LMDeploy's names. Texts that are
 * not given are empty.
 *
 * @param texts the texts by name; {@code meta_instruction} is absent where no system part is
 *     written for a conversation without one, and present but empty where an empty one is
 * @param flags names of the flags that are set
 * @param stopWords texts that end an answer
 */
record TemplateFields(Map<String, String> texts, Set<String> flags, List<String> stopWords) {
  /** The fields of LMDeploy's ChatTemplateConfig that are texts. */
  static final Set<String> CONFIG_TEXTS =
      Set.of(
          "system",
          "meta_instruction",
          "eosys",
          "user",
          "eoh",
          "assistant",
          "eoa",
          "separator",
          "capability");

  /**
   * Further texts of built-in templates: {@code start} of every prompt; {@code round} before each
   * turn of the user, with {round} for its number from 1; {@code tool}, {@code eotool} around a
   * tool's answer; {@code plugin}, the name of a system message that lists the tools; {@code
   * tools}, {@code eotools} around a list of tools inside the system part, {@code knowledge} before
   * it where the system part is the template's own; {@code call} for a call of a tool, with {name}
   * and {arguments}; {@code eocall} in place of {@code eoa} behind the call of a tool; {@code
   * image} for one image of a message, {@code images} for each of several ({i}: its number in the
   * message, from 0), {@code image_separator} between them.
   */
  static final Set<String> FURTHER_TEXTS =
      Set.of(
          "start",
          "round",
          "tool",
          "eotool",
          "plugin",
          "tools",
          "eotools",
          "knowledge",
          "call",
          "eocall",
          "image",
          "images",
          "image_separator");

  /**
   * {@code trim_end}: the prompt ends without the space behind the assistant's name; {@code
   * image_before_turn}: images stand before the user's name.
   */
  static final Set<String> FLAGS = Set.of("trim_end", "image_before_turn");

  static final TemplateFields EMPTY = new TemplateFields(Map.of(), Set.of(), List.of());

  TemplateFields {
    texts = Map.copyOf(texts);
    flags = Set.copyOf(flags);
    stopWords = List.copyOf(stopWords);
  }

  String text(String name) {
    return texts.getOrDefault(name, "");
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(texts.get(name));
  }

  Capability capability() {
    return Capability.of(texts.getOrDefault("capability", "chat"), "the chat template");
  }

  /** What ends an assistant's message that calls a tool. */
  String eocall() {
    return texts.getOrDefault("eocall", text("eoa"));
  }

  boolean is(String flag) {
    return flags.contains(flag);
  }

  /** These fields with those of a JSON object put over them; null means not given. */
  TemplateFields with(Map<?, ?> json, Set<String> allowed, String where) {
    Map<String, String> newTexts = new HashMap<>(texts);
    Set<String> newFlags = new HashSet<>(flags);
    List<String> newStopWords = stopWords;
    for (Map.Entry<?, ?> entry : json.entrySet()) {
      String name = String.valueOf(entry.getKey());
      Object value = entry.getValue();
      if (!allowed.contains(name)) {
        throw new InvalidRequestException(
            where
                + " has the unknown field '"
                + name
                + "'; known are "
                + allowed.stream().sorted().toList());
      }
      if (value == null) {
        continue;
      }
      if (name.equals("stop_words")) {
        newStopWords = stopWords(value, where);
      } else if (FLAGS.contains(name) && value instanceof Boolean set) {
        if (set) {
          newFlags.add(name);
        } else {
          newFlags.remove(name);
        }
      } else if (value instanceof String text) {
        if (name.equals("capability")) {
          Capability.of(text, where); // says now what is wrong, not when the first prompt is made
        }
        newTexts.put(name, text);
      } else {
        throw new InvalidRequestException(
            where + ": " + name + " is " + value + "; a text is needed");
      }
    }
    return new TemplateFields(newTexts, newFlags, newStopWords);
  }

  private static List<String> stopWords(Object value, String where) {
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new InvalidRequestException(
        where + ": stop_words is " + value + "; a list of texts is needed");
  }
}

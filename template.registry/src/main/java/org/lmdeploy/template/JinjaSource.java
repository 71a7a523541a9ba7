package org.lmdeploy.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.template.jinja.JinjaException;
import org.lmdeploy.template.jinja.JinjaLimits;
import org.lmdeploy.template.jinja.JinjaTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the Jinja templates of a checkpoint stand.
 *
 * @param where the file, for messages
 * @param templates sources by name; a single template is called {@code default}
 */
record JinjaSource(String where, Map<String, String> templates) {
  private static final String DEFAULT = "default";
  private static final String WITH_TOOLS = "tool_use";
  private static final long MAX_BYTES = 4L << 20;

  /**
   * The checkpoint's templates: a file of their own is newer than the tokenizer's configuration.
   */
  static Optional<JinjaSource> of(ModelFiles files) {
    return single(files.folder(), "chat_template.jinja")
        .or(() -> json(files.folder()))
        .or(() -> files.tokenizerConfig().flatMap(JinjaSource::configured));
  }

  /** A template in a file that a user named. */
  static JinjaSource file(Path file) {
    return new JinjaSource(file.toString(), Map.of(DEFAULT, read(file)));
  }

  /** The template, ready to render. */
  JinjaChatTemplate compile(String name, ModelFiles files) {
    String chat = templates.containsKey(DEFAULT) ? DEFAULT : templates.keySet().iterator().next();
    JinjaTemplate forChat = compile(chat);
    JinjaTemplate forTools = templates.containsKey(WITH_TOOLS) ? compile(WITH_TOOLS) : forChat;
    return new JinjaChatTemplate(name, forChat, forTools, specialTokens(files));
  }

  private JinjaTemplate compile(String template) {
    try {
      return JinjaTemplate.compile(templates.get(template), JinjaLimits.DEFAULT);
    } catch (JinjaException e) {
      throw new InvalidModelException(
          where
              + ": the chat template, line "
              + e.line()
              + ": "
              + e.getMessage()
              + "; another one can be asked for by name",
          e);
    }
  }

  private static Optional<JinjaSource> single(Path folder, String name) {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file)
        ? Optional.of(new JinjaSource(name, Map.of(DEFAULT, read(file))))
        : Optional.empty();
  }

  private static Optional<JinjaSource> json(Path folder) {
    String name = "chat_template.json";
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Map<?, ?> json = new JsonMapper().readValue(read(file), Map.class);
      Map<String, Object> values = new LinkedHashMap<>();
      json.forEach((key, value) -> values.put(String.valueOf(key), value));
      return configured(ConfigTree.of(name, values));
    } catch (JacksonException e) {
      throw new InvalidModelException(file + " is no valid JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Optional<JinjaSource> configured(ConfigTree config) {
    Object value = config.values().get("chat_template");
    if (value instanceof Iterable<?> list) {
      Map<String, String> named = new LinkedHashMap<>();
      for (Object entry : list) {
        if (!(entry instanceof Map<?, ?> map
            && map.get("name") instanceof String name
            && map.get("template") instanceof String template)) {
          throw config.wrong(
              "chat_template", entry, "a list of objects with name and template is needed");
        }
        named.put(name, template);
      }
      return named.isEmpty()
          ? Optional.empty()
          : Optional.of(new JinjaSource(config.path(), named));
    }
    return config.has("chat_template")
        ? Optional.of(new JinjaSource(config.path(), Map.of(DEFAULT, config.text("chat_template"))))
        : Optional.empty();
  }

  /** bos_token and its like: texts, or objects with a content. */
  private static Map<String, Object> specialTokens(ModelFiles files) {
    Map<String, Object> tokens = new LinkedHashMap<>();
    files
        .tokenizerConfig()
        .ifPresent(
            config ->
                config
                    .values()
                    .forEach(
                        (key, value) -> {
                          Object text = value instanceof Map<?, ?> map ? map.get("content") : value;
                          if (key.endsWith("_token") && text instanceof String token) {
                            tokens.put(key, token);
                          }
                        }));
    return tokens;
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidModelException(
            file + " has more than " + MAX_BYTES + " bytes; this is no chat template");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}

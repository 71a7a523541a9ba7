package org.lmdeploy.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.ChatTemplates;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what was asked for, where it is no name: LMDeploy's ChatTemplateConfig as JSON, or a file.
 */
final class RequestedTemplate {
  private static final Set<String> FIELDS = fields();
  private static final String UNNAMED = "custom";

  private RequestedTemplate() {}

  private static Set<String> fields() {
    Set<String> fields = new HashSet<>(TemplateFields.CONFIG_TEXTS);
    fields.add("stop_words");
    return Set.copyOf(fields);
  }

  static boolean isJson(String requested) {
    return requested.stripLeading().startsWith("{");
  }

  /** The existing file of that path, if it is one. */
  static Optional<Path> file(String requested) {
    try {
      Path file = Path.of(requested);
      return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    } catch (InvalidPathException noPath) {
      return Optional.empty(); // then it is a name
    }
  }

  /**
   * The template of a JSON file.
   *
   * @param named what a name stands for in {@code model_name}
   */
  static ChatTemplates.Choice fromFile(Path file, Function<String, Optional<ChatTemplate>> named) {
    try {
      return fromJson(Files.readString(file), "the file " + file, named);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "chat_template", file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A template that changes the one that {@code model_name} names, or stands for itself. */
  static ChatTemplates.Choice fromJson(
      String json, String where, Function<String, Optional<ChatTemplate>> named) {
    Map<Object, Object> fields = new LinkedHashMap<>(parse(json, where));
    Object value = fields.remove("model_name");
    String asked = where + " was asked for";
    if (value == null) {
      return new ChatTemplates.Choice(
          new FieldTemplate(UNNAMED, plain().with(fields, FIELDS, where)),
          asked + "; it names no template to change");
    }
    if (!(value instanceof String name)) {
      throw new InvalidRequestException(
          "chat_template", where + ": model_name is " + value + "; a text is needed");
    }
    Optional<ChatTemplate> base = named.apply(name);
    if (base.isEmpty()) {
      return new ChatTemplates.Choice(
          new FieldTemplate(name, plain().with(fields, FIELDS, where)),
          asked + "; no template is called '" + name + "', so it stands for itself");
    }
    if (base.get() instanceof FieldTemplate(String _, TemplateFields old)) {
      return new ChatTemplates.Choice(
          new FieldTemplate(name, old.with(fields, FIELDS, where)),
          asked + "; it changes the template '" + name + "'");
    }
    fields.values().removeIf(Objects::isNull);
    if (!fields.isEmpty()) {
      throw new InvalidRequestException(
          "chat_template",
          where
              + " gives "
              + fields.keySet()
              + " for '"
              + name
              + "', a template of a plugin, whose texts cannot be changed; give its name alone");
    }
    return new ChatTemplates.Choice(
        base.get(), asked + "; it names the plugin's template '" + name + "'");
  }

  /** Fields of LMDeploy's base class: all empty, and an empty system part is written. */
  private static TemplateFields plain() {
    return TemplateFields.EMPTY.with(Map.of("meta_instruction", ""), FIELDS, "");
  }

  private static Map<?, ?> parse(String json, String where) {
    try {
      return new JsonMapper().readValue(json, Map.class);
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "chat_template", where + " is no JSON object: " + e.getOriginalMessage(), e);
    }
  }
}

package org.lmdeploy.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.error.InvalidRequestException;
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

  static FieldTemplate fromFile(Path file, BuiltinTemplates builtins) {
    try {
      return fromJson(Files.readString(file), file.toString(), builtins);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "chat_template", file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A template that changes the one that {@code model_name} names, or stands for itself. */
  static FieldTemplate fromJson(String json, String where, BuiltinTemplates builtins) {
    Map<Object, Object> fields = new LinkedHashMap<>(parse(json, where));
    Object name = fields.remove("model_name");
    if (name != null && !(name instanceof String)) {
      throw new InvalidRequestException(
          "chat_template", where + ": model_name is " + name + "; a text is needed");
    }
    TemplateFields base =
        Optional.ofNullable((String) name)
            .flatMap(builtins::named)
            .map(FieldTemplate::fields)
            .orElse(plain());
    return new FieldTemplate(
        name == null ? UNNAMED : (String) name, base.with(fields, FIELDS, where));
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

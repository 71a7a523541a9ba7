package org.lmdeploy.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * LMDeploy's own templates, from {@code builtin-templates.json}; the order there is that of
 * matching.
 */
final class BuiltinTemplates {
  private static final String RESOURCE = "builtin-templates.json";
  private static final Set<String> FIELDS =
      Stream.of(
              TemplateFields.CONFIG_TEXTS,
              TemplateFields.FURTHER_TEXTS,
              TemplateFields.FLAGS,
              Set.of("stop_words"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * A template that matches a path.
   *
   * @param template the template
   * @param rule the rule that matched
   */
  record Match(FieldTemplate template, PathRule rule) {}

  private record Entry(FieldTemplate template, List<PathRule> rules) {}

  private BuiltinTemplates() {}

  static BuiltinTemplates load() {
    try (InputStream json = BuiltinTemplates.class.getResourceAsStream(RESOURCE)) {
      BuiltinTemplates templates = new BuiltinTemplates();
      for (Object entry : new JsonMapper().readValue(json, List.class)) {
        templates.add((Map<?, ?>) entry);
      }
      return templates;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> names() {
    return entries.keySet().stream().sorted().toList();
  }

  Optional<FieldTemplate> named(String name) {
    return Optional.ofNullable(entries.get(name)).map(Entry::template);
  }

  /** The first template with a rule that matches a path. */
  Optional<Match> match(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return entries.values().stream()
        .flatMap(entry -> entry.rules().stream().map(rule -> new Match(entry.template(), rule)))
        .filter(match -> match.rule().matches(lower))
        .findFirst();
  }

  private void add(Map<?, ?> json) {
    Map<Object, Object> fields = new LinkedHashMap<>(json);
    String name = (String) fields.remove("name");
    Object like = fields.remove("like");
    List<PathRule> rules = rules(fields.remove("match"));
    TemplateFields base =
        like == null ? TemplateFields.EMPTY : entries.get(like).template().fields();
    entries.put(
        name,
        new Entry(
            new FieldTemplate(name, base.with(fields, FIELDS, RESOURCE + ": " + name)), rules));
  }

  private static List<PathRule> rules(Object json) {
    List<PathRule> rules = new ArrayList<>();
    if (json instanceof List<?> list) {
      for (Object rule : list) {
        Map<?, ?> parts = (Map<?, ?>) rule;
        rules.add(new PathRule(texts(parts.get("all")), texts(parts.get("none"))));
      }
    }
    return rules;
  }

  private static List<String> texts(Object json) {
    return json instanceof List<?> list
        ? list.stream().map(String.class::cast).toList()
        : List.of();
  }
}

package org.lmdeploy.runtime.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.runtime.LoadOptions;

/**
 * The parsers of a model's answers: those that were asked for by name, else those that find that
 * they fit its chat template.
 */
record Parsers(Optional<ToolParser> tools, Optional<ReasoningParser> reasoning) {
  static Parsers choose(
      Components components,
      ChatTemplate template,
      ModelFiles files,
      LoadOptions options,
      List<String> why) {
    return new Parsers(
        choose(
            new Kind<>("tools", "--tool-call-parser", ToolParser::names),
            components.toolParsers,
            options.toolCallParser(),
            parser -> parser.accepts(files, template),
            why),
        choose(
            new Kind<>("reasoning", "--reasoning-parser", ReasoningParser::names),
            components.reasoningParsers,
            options.reasoningParser(),
            parser -> parser.accepts(files, template),
            why));
  }

  /** The services that take part. */
  List<Object> parts() {
    return Stream.<Optional<?>>of(tools, reasoning).<Object>flatMap(Optional::stream).toList();
  }

  private record Kind<T>(String title, String flag, Function<T, List<String>> names) {}

  private static <T> Optional<T> choose(
      Kind<T> kind,
      Collection<T> parsers,
      Optional<String> wanted,
      Function<T, Optional<String>> accepts,
      List<String> why) {
    if (wanted.isPresent()) {
      T named = named(kind, parsers, wanted.get());
      why.add(Recipe.line(kind.title(), wanted.get(), "asked for by " + kind.flag()));
      return Optional.of(named);
    }
    for (T parser : parsers) {
      Optional<String> evidence = accepts.apply(parser);
      if (evidence.isPresent()) {
        String name = kind.names().apply(parser).getFirst();
        why.add(Recipe.line(kind.title(), name, evidence.get()));
        return Optional.of(parser);
      }
    }
    why.add(
        Recipe.line(
            kind.title(),
            "none",
            "no parser fits the chat template; " + kind.flag() + " names one"));
    return Optional.empty();
  }

  private static <T> T named(Kind<T> kind, Collection<T> parsers, String name) {
    return parsers.stream()
        .filter(parser -> kind.names().apply(parser).contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    kind.flag().substring(2),
                    kind.flag()
                        + " is "
                        + name
                        + "; there are "
                        + parsers.stream()
                            .flatMap(parser -> kind.names().apply(parser).stream())
                            .sorted()
                            .toList()));
  }
}

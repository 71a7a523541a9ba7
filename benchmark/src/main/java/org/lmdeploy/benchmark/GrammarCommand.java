package org.lmdeploy.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.benchmark.grammar.GrammarBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what holding answers to a format costs a token. */
@Command(
    name = "grammar",
    mixinStandardHelpOptions = true,
    description =
        "Measures the sets of permitted tokens and the steps of JSON objects, a JSON Schema and a"
            + " regular expression over a model's vocabulary, by answers drawn at random.")
final class GrammarCommand implements Callable<Integer> {
  private static final String TYPICAL =
      """
      {"type":"object","properties":{
        "title":{"type":"string"},
        "kind":{"enum":["book","film","song"]},
        "year":{"type":"integer","minimum":1000,"maximum":2100},
        "rating":{"type":"number","minimum":0,"maximum":5},
        "tags":{"type":"array","items":{"type":"string","maxLength":20},"maxItems":5},
        "people":{"type":"array","items":{"type":"object","properties":{
          "name":{"type":"string"},"email":{"type":"string","format":"email"},
          "role":{"anyOf":[{"type":"string"},{"type":"null"}]}},
          "required":["name","role"],"additionalProperties":false}},
        "published":{"type":"string","format":"date"}},
      "required":["title","kind","year","tags","people"],"additionalProperties":false}
      """;

  @Parameters(paramLabel = "FOLDER", description = "a folder with a tokenizer")
  private Path folder;

  @Option(
      names = "--tokens",
      defaultValue = "20000",
      description = "tokens a format and round (default: ${DEFAULT-VALUE})")
  private int tokens;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "the first one starts with nothing kept (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--schema",
      description = "a file with a JSON Schema in the place of the built-in one")
  private Path schema;

  GrammarCommand() {}

  @Override
  public Integer call() throws IOException {
    Map<String, OutputFormat> formats = new LinkedHashMap<>();
    formats.put("json_object", new OutputFormat.JsonObject());
    formats.put(
        "json_schema",
        new OutputFormat.JsonSchema(schema == null ? TYPICAL : Files.readString(schema)));
    formats.put("regex_schema", new OutputFormat.Regex("(\\w+ ){1,20}\\d{4}-\\d{2}-\\d{2}\\."));
    GrammarCompiler compiler = ServiceLoader.load(GrammarCompiler.class).findFirst().orElseThrow();
    TokenizerProvider provider =
        ServiceLoader.load(TokenizerProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.accepts(folder).isPresent())
            .findFirst()
            .orElseThrow(() -> new IOException(folder + " has no tokenizer"));
    try (Tokenizer tokenizer = provider.open(folder)) {
      System.out.printf(
          "vocabulary of %d; a token is a set of permitted ones and a step%n",
          tokenizer.vocabSize());
      GrammarBenchmark benchmark = new GrammarBenchmark(tokenizer, compiler);
      System.out.printf(
          "%-14s %5s %10s %12s %11s %9s %9s%n",
          "format", "round", "compile ms", "cpu µs/token", "median µs", "p99 µs", "missing");
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<String, OutputFormat> format : formats.entrySet()) {
          GrammarBenchmark.Result result = benchmark.run(format.getValue(), tokens, 500, round);
          System.out.printf(
              "%-14s %5d %10.1f %12.1f %11.1f %9.1f %8.1f%%%n",
              format.getKey(),
              round,
              result.compileMillis(),
              result.cpuMicros(),
              result.medianMicros(),
              result.p99Micros(),
              100 * result.missing());
        }
      }
    }
    return 0;
  }
}

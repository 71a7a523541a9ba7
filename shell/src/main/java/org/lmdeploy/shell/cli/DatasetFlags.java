package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.bench.data.CsvLengths;
import org.lmdeploy.bench.data.Lengths;
import org.lmdeploy.bench.data.RandomIds;
import org.lmdeploy.bench.data.RandomLengths;
import org.lmdeploy.bench.data.Request;
import org.lmdeploy.bench.data.ShareGpt;
import org.lmdeploy.bench.data.ShareGptLikeLengths;
import picocli.CommandLine.Option;

/** What a benchmark asks. */
final class DatasetFlags {
  /** The data sets. */
  enum Name {
    /** Conversations of ShareGPT, by LMDeploy's filter. */
    sharegpt,
    /** Lengths drawn evenly. */
    random,
    /** Lengths from a file. */
    csv,
    /** Lengths distributed like ShareGPT's. */
    generated
  }

  private static final int RANDOM_INPUT = 1024;
  private static final int RANDOM_OUTPUT = 128;

  @Option(
      names = "--dataset-name",
      paramLabel = "NAME",
      description =
          "sharegpt: conversations of a ShareGPT file; csv: lengths from a file with the columns"
              + " prompt_tokens and output_tokens; random: lengths drawn evenly; generated: lengths"
              + " distributed like ShareGPT's. All but sharegpt ask random ids. (default: csv or"
              + " sharegpt by the ending of --dataset-path, else generated)")
  private Name name;

  @Option(names = "--dataset-path", paramLabel = "FILE", description = "A .json or .csv file.")
  private Path path;

  @Option(
      names = {"-n", "--num-prompts"},
      paramLabel = "N",
      description = "Requests in all (default: all of a .csv file, else LMDeploy's number).")
  private Integer numPrompts;

  @Option(
      names = "--sharegpt-output-len",
      paramLabel = "TOKENS",
      description = "Tokens of every answer (default: as many as the conversation's own has).")
  private Integer sharegptOutputLen;

  @Option(
      names = "--random-input-len",
      paramLabel = "TOKENS",
      description = "Most tokens of a random prompt (default: 1024).")
  private Integer randomInputLen;

  @Option(
      names = "--random-output-len",
      paramLabel = "TOKENS",
      description = "Most tokens of a random answer (default: 128).")
  private Integer randomOutputLen;

  @Option(
      names = "--random-range-ratio",
      paramLabel = "SHARE",
      description = "The least random length as a share of the most (default: 0).")
  private Double randomRangeRatio;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed asks the same (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** The data set. */
  Name name() {
    if (name != null) {
      return name;
    }
    if (path == null) {
      return Name.generated;
    }
    return path.toString().endsWith(".csv") ? Name.csv : Name.sharegpt;
  }

  long seed() {
    return seed;
  }

  /** Refuses flags that the data set does not look at. */
  void check() {
    Name set = name();
    boolean file = set == Name.sharegpt || set == Name.csv;
    if (file && path == null) {
      throw new InvalidRequestException(
          "dataset-path", "--dataset-path is missing; the data set " + set + " is a file");
    }
    refuse(path, !file, "--dataset-path");
    refuse(sharegptOutputLen, set != Name.sharegpt, "--sharegpt-output-len");
    refuse(randomInputLen, set != Name.random, "--random-input-len");
    refuse(randomOutputLen, set != Name.random, "--random-output-len");
    refuse(randomRangeRatio, set != Name.random, "--random-range-ratio");
    if (numPrompts != null && numPrompts < 1) {
      throw new InvalidRequestException(
          "num-prompts", "--num-prompts is " + numPrompts + "; at least 1 is needed");
    }
  }

  private void refuse(Object value, boolean wrong, String flag) {
    if (wrong && value != null) {
      throw new InvalidRequestException(
          flag.substring(2), flag + " has no effect on the data set " + name());
    }
  }

  /**
   * The requests.
   *
   * @param defaultPrompts how many, where neither a flag nor a file says
   */
  List<Request> requests(int defaultPrompts, Tokenizer tokenizer, RandomIds ids) {
    int wanted = numPrompts == null ? defaultPrompts : numPrompts;
    return switch (name()) {
      case sharegpt ->
          ShareGpt.read(
              path,
              wanted,
              seed,
              tokenizer,
              sharegptOutputLen == null ? OptionalInt.empty() : OptionalInt.of(sharegptOutputLen));
      case csv -> ids.requests(csv());
      case random ->
          ids.requests(
              new RandomLengths(
                      or(randomInputLen, RANDOM_INPUT),
                      or(randomOutputLen, RANDOM_OUTPUT),
                      randomRangeRatio == null ? 0 : randomRangeRatio)
                  .draw(wanted, seed));
      case generated -> ids.requests(ShareGptLikeLengths.draw(wanted, seed));
    };
  }

  private List<Lengths> csv() {
    List<Lengths> all = CsvLengths.read(path);
    if (numPrompts == null) {
      return all;
    }
    if (numPrompts > all.size()) {
      throw new InvalidRequestException(
          "num-prompts",
          "--num-prompts is " + numPrompts + "; " + path + " has " + all.size() + " requests");
    }
    return all.subList(0, numPrompts);
  }

  private static int or(Integer value, int fallback) {
    return value == null ? fallback : value;
  }

  /** For reports: what was asked. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dataset_name", name().toString());
    if (path != null) {
      map.put("dataset_path", path.toString());
    }
    if (sharegptOutputLen != null) {
      map.put("sharegpt_output_len", sharegptOutputLen);
    }
    if (name() == Name.random) {
      map.put("random_input_len", or(randomInputLen, RANDOM_INPUT));
      map.put("random_output_len", or(randomOutputLen, RANDOM_OUTPUT));
      map.put("random_range_ratio", randomRangeRatio == null ? 0 : randomRangeRatio);
    }
    if (name() == Name.generated) {
      map.put(
          "distribution",
          "prompts 0.5 LogN(ln 25, 1.0) + 0.5 LogN(ln 510, 0.85), answers Gamma(1.1, 182), by"
              + " LMDeploy's filter; means as published for ShareGPT, shape estimated");
    }
    map.put("seed", seed);
    return map;
  }

  /** The data set's columns of LMDeploy's CSV files. */
  Map<String, Object> csvColumns() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dataset_name", name());
    map.put("sharegpt_output_len", sharegptOutputLen == null ? "" : sharegptOutputLen);
    boolean random = name() == Name.random;
    map.put("random_input_len", random ? or(randomInputLen, RANDOM_INPUT) : "");
    map.put("random_output_len", random ? or(randomOutputLen, RANDOM_OUTPUT) : "");
    map.put("random_range_ratio", random && randomRangeRatio != null ? randomRangeRatio : "");
    return map;
  }
}

package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class CommandLineTest {
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      CommandLineRunner.commandLine(new Platform(null)).setErr(new PrintWriter(err, true));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serve api_server --tp 2|LMDeploy's flag --tp is not built yet",
        "serve api_server --quant-policy=8|LMDeploy's flag --quant-policy is not built yet",
        "chat --nonsense|'lmdeploy chat' has no flag --nonsense.",
        "serve proxy|LMDeploy's command 'proxy' is not built yet",
        "lite auto_awq|LMDeploy's command 'lite' is not built yet",
        "fly|does not know what to do with 'fly'",
        "serve|what to serve is missing: api_server, api_client or gradio",
        "serve gradio --share|LMDeploy's flag --share is not built yet",
        "serve gradio http://127.0.0.1:1 --server-port 3|runs already; leave them out",
        "serve api_client|Missing required parameter: 'URL'",
        "serve api_client 127.0.0.1:23333|is no address of a server",
        "serve api_server --shell-host ::1|the shell is off without --shell-port",
        "serve api_server --shell-port 0 --shell-host 0.0.0.0|127.0.0.1 and ::1 only",
        "convert|Missing required parameter: 'MODEL'",
        "convert internvl x --tp 2|LMDeploy's flag --tp is not built yet",
        "convert x --dtype float16|--dst-path is missing",
        "convert x --dst-path y --dtype int8|it must be float16 or bfloat16",
        "convert x --dst-path y --max-shard-size big|for example 5GB",
        "chat --session-len many|'many' is not an int",
        "benchmark|what to measure is missing: generation, throughput, restful, plot",
        "benchmark throughput --tp 2|LMDeploy's flag --tp is not built yet",
        "benchmark throughput --dataset-name random --dataset-path x"
            + "|--dataset-path has no effect on the data set random",
        "benchmark throughput --random-input-len 5|has no effect on the data set generated",
        "benchmark throughput --dataset-name csv|--dataset-path is missing",
        "benchmark throughput --top-k 1 --top-p 0.5|--top-p has no effect",
        "benchmark throughput --goodput latency:3|NAME:MILLISECONDS is needed",
        "benchmark throughput --matrix-rate 0|--matrix-rate is 0.0; it must be above 0",
        "benchmark generation -pt 1 2 -ct 3|they go in pairs",
        "benchmark generation --decode -pt 1|leave out -pt and -ct",
        "benchmark restful --model-path x --base-url http://h --port 3|leave out --host and --port",
        "benchmark restful --model-path x --backend openai --disable-ignore-eos"
            + "|has no effect on the backend openai",
        "benchmark restful --model-path x --request-rate 0|inf or a number above 0",
        "benchmark restful --model-path x --matrix-rate 3|go together",
        "benchmark restful --model-path x --disable-stream --goodput ttft:3|times of tokens",
        "benchmark plot x.json|Missing required option",
      })
  void whatIsUnknownOrNotBuiltIsRefusedByName(String arguments, String message) {
    assertEquals(2, line.execute(arguments.split(" ")));
    assertTrue(err.toString().contains(message), err::toString);
  }

  @Test
  void everyFlagOfTheServerIsAbsentFromTheListOfThoseNotBuilt() {
    CommandLine server = line.getSubcommands().get("serve").getSubcommands().get("api_server");
    for (CommandLine.Model.OptionSpec option : server.getCommandSpec().options()) {
      String name = option.longestName();
      assertEquals(
          "'lmdeploy chat' has no flag " + name + "x.", NotBuilt.explain(unmatched(name + "x")));
      assertEquals("'lmdeploy chat' has no flag " + name + ".", NotBuilt.explain(unmatched(name)));
    }
  }

  @Test
  void engineOptionsOutOfRangeAreRefusedByTheirNames() {
    Engine engine = new Engine();
    new CommandLine(engine)
        .parseArgs(FlagNames.normalize(new String[] {"--max_batch_size", "0", "somewhere"}));
    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> engine.flags.toLoadOptions(null));
    assertTrue(refused.getMessage().contains("max_batch_size"), refused::getMessage);
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "--max-new-tokens 5, false",
    "--temperature 0, false",
    "--temperature 0.5, true",
    "--top-k 3, true",
    "--seed 1, true"
  })
  void answersAreGreedyUnlessAFlagAsksForDraws(String flags, boolean drawn) {
    Sampling sampling = new Sampling();
    new CommandLine(sampling).parseArgs(flags.isEmpty() ? new String[0] : flags.split(" "));
    GenerationConfig config = sampling.flags.toConfig();
    assertEquals(drawn, config.doSample());
  }

  private CommandLine.UnmatchedArgumentException unmatched(String argument) {
    return new CommandLine.UnmatchedArgumentException(
        line.getSubcommands().get("chat"), List.of(argument));
  }

  @Command
  private static final class Engine {
    @Mixin private EngineFlags flags;
  }

  @Command
  private static final class Sampling {
    @Mixin private SamplingFlags flags;
  }
}

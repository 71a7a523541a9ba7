package org.lmdeploy.shell.cli;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What LMDeploy has and this version has not: such a flag or command is refused by name, never
 * ignored, because its absence changes what the person gets.
 */
final class NotBuilt {
  private static final Set<String> COMMANDS = words("lite proxy");
  private static final Set<String> FLAGS =
      words(
              """
              adapters
              async calib-dataset communicator cp cudagraph-capture-batch-sizes data-parallel
              dist-init-addr distributed-executor-backend
              dllm-block-length dllm-confidence-threshold dllm-denoising-steps dllm-unmasking-strategy dp
              dtype eager-mode enable-eplb enable-microbatch
              enable-return-routed-experts ep generation-config group-size hf-overrides kernel-block-size
              language-model-only logprobs-mode migration-backend nnodes
              node-rank prefix-cache-decode-state-interval prefix-cache-state-budget proxy-url quant-policy
              role rope-scaling-factor share speculative-algorithm
              speculative-draft-model speculative-num-draft-tokens tokenizer-path tp
              trust-remote-code\
              """)
          .stream()
          .map(name -> "--" + name)
          .collect(Collectors.toUnmodifiableSet());

  private NotBuilt() {}

  /** The message for a command line that could not be parsed. */
  static String explain(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return failure.getMessage();
    }
    String first = unmatched.getUnmatched().getFirst();
    String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    if (FLAGS.contains(name)) {
      return "LMDeploy's flag " + name + " is not built yet in LMDeploy for Java.";
    }
    if (name.startsWith("-")) {
      return "'" + command + "' has no flag " + name + ".";
    }
    if (COMMANDS.contains(name)) {
      return "LMDeploy's command '" + name + "' is not built yet in LMDeploy for Java.";
    }
    return "'" + command + "' does not know what to do with '" + first + "'.";
  }

  private static Set<String> words(String text) {
    return Stream.of(text.split("\\s+")).collect(Collectors.toUnmodifiableSet());
  }
}

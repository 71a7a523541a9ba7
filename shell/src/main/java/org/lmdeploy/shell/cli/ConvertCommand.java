package org.lmdeploy.shell.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.hub.write.Repack;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lmdeploy convert [MODEL_NAME] MODEL_PATH}. */
@Command(
    name = "convert",
    description = {
      "Say that a model needs no conversion; with --dst-path, write it again there.",
      "Models are served from their checkpoints as published. Writing one again merges or splits"
          + " its files, or changes the type of its weights; the result is compared with the"
          + " original before it gets its name."
    },
    footer =
        "Example: lmdeploy convert /models/InternVL2-8B --dst-path /models/InternVL2-8B-fp16"
            + " --dtype float16 --max-shard-size 5GB")
final class ConvertCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;

  @Parameters(
      arity = "1..2",
      paramLabel = "MODEL",
      description = "The model's folder; before it may stand LMDeploy's name of it, not needed.")
  private List<String> arguments;

  @Option(
      names = "--dst-path",
      paramLabel = "FOLDER",
      description = "A new or empty folder to write the model to.")
  private Path target;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "float16 or bfloat16 for all floating-point weights (default: as they are).")
  private String dtype;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Most bytes of a weight file, for example 5GB or 500MiB (default: one file).")
  private String shardSize;

  ConvertCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() throws IOException {
    Repack.Options options =
        new Repack.Options(
            Optional.ofNullable(dtype).map(ConvertCommand::type),
            shardSize == null ? Long.MAX_VALUE : ByteSize.parse("max-shard-size", shardSize));
    if (target == null && (dtype != null || shardSize != null)) {
      throw new InvalidRequestException(
          "dst-path", "--dst-path is missing: where shall the model be written?");
    }
    ModelFolders folders = platform.require(ModelFolders.class);
    Path source = folders.resolve(arguments.getLast());
    if (target == null) {
      folders.read(source);
      folders.open(source).close();
      System.out.printf(
          "No conversion is needed: %1$s is read as it is.%n  lmdeploy serve api_server %1$s%n",
          source);
      return 0;
    }
    Repack.Result result;
    try (Progress progress = Progress.onStandardError()) {
      result = Repack.write(source, target, options, progress);
    }
    System.out.printf(
        "Wrote %d tensors (%d converted), %d bytes, to %s and compared them with the original.%n",
        result.tensors(), result.converted(), result.bytes(), target);
    return 0;
  }

  private static DType type(String name) {
    return switch (name) {
      case "float16" -> DType.F16;
      case "bfloat16" -> DType.BF16;
      default ->
          throw new InvalidRequestException(
              "dtype", "--dtype is " + name + "; it must be float16 or bfloat16");
    };
  }
}

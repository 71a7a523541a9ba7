package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.report.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lmdeploy check_env}. */
@Command(
    name = "check_env",
    aliases = "check-env",
    description = "Show the machine, the virtual machine, devices, bundles and versions.")
final class CheckEnvCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;

  @Option(
      names = "--dump-file",
      paramLabel = "FILE",
      description = "Write it there instead: as JSON into a .json file, else as text.")
  private Path dumpFile;

  CheckEnvCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() {
    Environment environment = Environment.of(platform);
    if (dumpFile == null) {
      System.out.print(environment.asText());
    } else {
      environment.write(dumpFile);
    }
    return 0;
  }
}

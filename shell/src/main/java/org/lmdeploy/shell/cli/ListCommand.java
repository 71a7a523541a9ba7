package org.lmdeploy.shell.cli;

import java.util.concurrent.Callable;
import org.lmdeploy.shell.Platform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lmdeploy list}. */
@Command(name = "list", description = "Show the names of the chat templates.")
final class ListCommand implements Callable<Integer> {
  private final Platform platform;

  @Mixin private HelpFlag help;

  ListCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() {
    platform.models().templates().forEach(System.out::println);
    return 0;
  }
}

package org.lmdeploy.shell.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.scaffold.PluginKind;
import org.lmdeploy.shell.scaffold.PluginProject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lmdeploy plugin new KIND NAME}. */
@Command(name = "new", description = "Make a project for a plugin, a small one that works.")
final class PluginNewCommand implements Callable<Integer> {
  private static final String HOME = "lmdeploy.home";

  private final Platform platform;

  @Mixin private HelpFlag help;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "template, family, tokenizer, quantizer, command, engine or device.")
  private String kind;

  @Parameters(index = "1", paramLabel = "NAME", description = "For example my-plugin.")
  private String name;

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      description = "The Java package (default: org.example.NAME).")
  private String packageName;

  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      description = "Where the folder NAME is made (default: here).")
  private Path parent = Path.of("");

  PluginNewCommand(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Integer call() {
    PluginKind wanted = PluginKind.of(kind);
    PluginProject project =
        packageName == null
            ? PluginProject.of(wanted, name)
            : new PluginProject(wanted, name, packageName);
    Path home = Path.of(platform.context().getProperty(HOME));
    Path folder = project.write(parent, home);
    System.out.println(folder);
    System.out.println("  mvn -f " + folder + " package");
    System.out.println(
        "  cp " + folder.resolve("target/" + name + ".jar") + " " + home.resolve("plugins"));
    return 0;
  }
}

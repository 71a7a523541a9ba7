package org.lmdeploy.shell.gogo;

import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.cli.FelixCommandLine;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The commands {@code lmdeploy:…} as Gogo finds them. They return their text, so that the shell's
 * pipes can work on it; arguments and help are picocli's.
 */
@Component(
    service = Object.class,
    property = {
      "osgi.command.scope=lmdeploy",
      "osgi.command.function=bench",
      "osgi.command.function=chat",
      "osgi.command.function=check_env",
      "osgi.command.function=devices",
      "osgi.command.function=engines",
      "osgi.command.function=help",
      "osgi.command.function=list",
      "osgi.command.function=load",
      "osgi.command.function=models",
      "osgi.command.function=stats",
      "osgi.command.function=status",
      "osgi.command.function=templates",
      "osgi.command.function=unload",
      "osgi.command.function=why"
    })
public final class Commands {
  private final FelixCommandLine line;

  @Activate
  public Commands(BundleContext context) {
    line = new FelixCommandLine(new Platform(context));
  }

  @Descriptor("measures a loaded model; see 'lmdeploy:help bench'")
  public String bench(String... arguments) throws Exception {
    return line.run("bench", arguments);
  }

  @Descriptor("asks a loaded model once; see 'lmdeploy:help chat'")
  public String chat(String... arguments) throws Exception {
    return line.run("chat", arguments);
  }

  @Descriptor(
      "the machine, the virtual machine, devices, bundles and versions; see 'lmdeploy:help"
          + " check_env'")
  public String check_env(String... arguments) throws Exception {
    return line.run("check_env", arguments);
  }

  @Descriptor("the devices that models can run on; see 'lmdeploy:help devices'")
  public String devices(String... arguments) throws Exception {
    return line.run("devices", arguments);
  }

  @Descriptor("the engines; see 'lmdeploy:help engines'")
  public String engines(String... arguments) throws Exception {
    return line.run("engines", arguments);
  }

  @Descriptor("the names of the chat templates; see 'lmdeploy:help list'")
  public String list(String... arguments) throws Exception {
    return line.run("list", arguments);
  }

  @Descriptor("loads a model; see 'lmdeploy:help load'")
  public String load(String... arguments) throws Exception {
    return line.run("load", arguments);
  }

  @Descriptor("the loaded models; see 'lmdeploy:help models'")
  public String models(String... arguments) throws Exception {
    return line.run("models", arguments);
  }

  @Descriptor(
      "running and waiting requests, use of the KV cache, tokens per second; see 'lmdeploy:help"
          + " stats'")
  public String stats(String... arguments) throws Exception {
    return line.run("stats", arguments);
  }

  @Descriptor("counts of the loaded models, and whatever does not run; see 'lmdeploy:help status'")
  public String status(String... arguments) throws Exception {
    return line.run("status", arguments);
  }

  @Descriptor("the names of the chat templates; see 'lmdeploy:help templates'")
  public String templates(String... arguments) throws Exception {
    return line.run("templates", arguments);
  }

  @Descriptor("withdraws a model; see 'lmdeploy:help unload'")
  public String unload(String... arguments) throws Exception {
    return line.run("unload", arguments);
  }

  @Descriptor("what was chosen for a loaded model and by what evidence; see 'lmdeploy:help why'")
  public String why(String... arguments) throws Exception {
    return line.run("why", arguments);
  }

  /** The commands there are; of those that are not this bundle's, Gogo's own help tells. */
  @Descriptor("the commands of lmdeploy, or how one is used: help [COMMAND]")
  public Object help(CommandSession session, String... names) throws Exception {
    if (names.length == 0) {
      return line.overview()
          + System.lineSeparator()
          + "felix:help lists all commands of the shell, help grep those of another bundle.";
    }
    String name =
        names[0].startsWith("lmdeploy:") ? names[0].substring("lmdeploy:".length()) : names[0];
    Optional<String> usage = line.usage(name);
    return usage.isPresent()
        ? usage.get()
        : session.execute("felix:help '" + names[0].replace("'", "") + "'");
  }
}

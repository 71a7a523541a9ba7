package org.lmdeploy.shell.gogo;

import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.shell.Platform;
import org.lmdeploy.shell.cli.GogoArguments;
import org.lmdeploy.shell.report.Environment;
import org.lmdeploy.shell.report.Models;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The commands {@code lmdeploy:…}. They return their lines, so that the shell's pipes can work on
 * them.
 */
@Component(
    service = Object.class,
    property = {
      "osgi.command.scope=lmdeploy",
      "osgi.command.function=models",
      "osgi.command.function=load",
      "osgi.command.function=unload",
      "osgi.command.function=status",
      "osgi.command.function=chat",
      "osgi.command.function=why",
      "osgi.command.function=list",
      "osgi.command.function=check_env"
    })
public final class Commands {
  private final Platform platform;

  @Activate
  public Commands(BundleContext context) {
    platform = new Platform(context);
  }

  /** The loaded models. */
  @Descriptor("the loaded models")
  public String models() {
    return text(Models.table(platform.models()));
  }

  /** Loads a model; takes the flags of the command line. */
  @Descriptor("loads a model: load [MODEL] [the engine's flags, see load --help]")
  public String load(String... arguments) {
    return GogoArguments.load(arguments, platform.models());
  }

  /** Withdraws a model. */
  @Descriptor("withdraws a model, lets its running requests finish, frees its memory")
  public String unload(@Descriptor("the name it is served under") String name) {
    platform.models().unload(name);
    return "unloaded " + name;
  }

  /** How the models, devices and components are doing. */
  @Descriptor("counts of the loaded models, the devices, and whatever does not run")
  public String status() {
    return text(Models.status(platform.models(), platform.diagnosis()));
  }

  /** Asks a loaded model. */
  @Descriptor("asks a loaded model: chat [--model NAME] [--image FILE] TEXT")
  public String chat(String... arguments) throws InterruptedException {
    return GogoArguments.chat(arguments, platform.models());
  }

  /** Why a model runs as it does. */
  @Descriptor("what was chosen for a loaded model and by what evidence, and its memory plan")
  public String why(@Descriptor("the name it is served under") String name) {
    ModelManager manager = platform.models();
    ServedModel model = manager.model(name);
    return text(model.why());
  }

  /** The chat templates. */
  @Descriptor("the names of the chat templates")
  public String list() {
    return text(platform.models().templates());
  }

  /** The machine and the installation. */
  @Descriptor("the machine, the virtual machine, devices, bundles and versions")
  public String check_env() {
    return Environment.of(platform).asText().stripTrailing();
  }

  private static String text(List<String> lines) {
    return String.join(System.lineSeparator(), lines);
  }
}

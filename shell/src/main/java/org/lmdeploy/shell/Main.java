package org.lmdeploy.shell;

import java.util.concurrent.Callable;
import org.lmdeploy.shell.cli.CommandLineRunner;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The command of the process: the launcher runs it on the main thread and ends with its exit code.
 * The arguments come from the launcher's service. It refers to no other service, so that a
 * distribution in which something is missing can still say so.
 */
@Component(service = Callable.class, property = "main.thread=true")
public final class Main implements Callable<Integer> {
  private final Platform platform;
  private final String[] arguments;

  @Activate
  public Main(
      BundleContext context,
      @Reference(service = Object.class, target = "(launcher.arguments=*)")
          ServiceReference<Object> launcher) {
    this.platform = new Platform(context);
    this.arguments = (String[]) launcher.getProperty("launcher.arguments");
  }

  @Override
  public Integer call() {
    return CommandLineRunner.run(platform, arguments);
  }
}

package org.lmdeploy.shell.gogo;

import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Commands of other bundles: whatever registers a Gogo function in the scope {@code lmdeploy} is a
 * command of the command line too.
 */
public final class PluginCommand {
  private final BundleContext context;

  public PluginCommand(BundleContext context) {
    this.context = context;
  }

  /** Whether another bundle offers this command. */
  public boolean exists(String name) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_-]*")) {
      return false;
    }
    try {
      Collection<ServiceReference<Object>> offers =
          context.getServiceReferences(
              Object.class, "(&(osgi.command.scope=lmdeploy)(osgi.command.function=" + name + "))");
      return offers.stream().anyMatch(offer -> !offer.getBundle().equals(context.getBundle()));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("the name was checked", e);
    }
  }

  /** Runs it as Gogo does, and prints what it returns. */
  public int run(String name, String... arguments) {
    ServiceReference<CommandProcessor> reference =
        context.getServiceReference(CommandProcessor.class);
    CommandProcessor processor = context.getService(reference);
    try (CommandSession session = Sessions.open(processor)) {
      Object result = session.execute(line(name, List.of(arguments)));
      if (result != null) {
        System.out.println(session.format(result, Converter.INSPECT));
      }
      return 0;
    } catch (Exception e) {
      return Failures.tell(e, System.err);
    } finally {
      context.ungetService(reference);
    }
  }

  /** The command in Gogo's syntax, with every argument quoted. */
  static String line(String name, List<String> arguments) {
    StringJoiner line = new StringJoiner(" ");
    line.add("lmdeploy:" + name);
    for (String argument : arguments) {
      line.add("'" + argument.replace("'", "'\\''") + "'");
    }
    return line.toString();
  }
}

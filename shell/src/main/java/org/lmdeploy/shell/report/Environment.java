package org.lmdeploy.shell.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.shell.Platform;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The machine, the virtual machine, devices, bundles and versions: what belongs into a problem
 * report.
 */
public final class Environment {
  private final Map<String, List<String>> sections;

  private Environment(Map<String, List<String>> sections) {
    this.sections = sections;
  }

  /** Looks at everything now. */
  public static Environment of(Platform platform) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    sections.put(
        "LMDeploy for Java", List.of(platform.context().getBundle().getVersion().toString()));
    sections.put("machine", machine());
    sections.put("Java", java());
    devices(platform, sections);
    platform
        .find(ModelFolders.class)
        .ifPresent(folders -> sections.put("hub of model ids", folders.settings()));
    sections.put("bundles", bundles(platform.context()));
    sections.put("problems", platform.diagnosis().lines());
    return new Environment(sections);
  }

  /** A heading and indented lines for each part. */
  public String asText() {
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (name, lines) -> {
          text.append(name).append(lines.isEmpty() ? ": none" : "").append(System.lineSeparator());
          lines.forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
        });
    return text.toString();
  }

  /** Writes it as JSON if the file's name ends so, else as text. */
  public void write(Path file) {
    String content =
        file.toString().endsWith(".json")
            ? JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(sections)
                + System.lineSeparator()
            : asText();
    try {
      Files.writeString(file, content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "dump-file", "The file " + file + " cannot be written: " + e.getMessage());
    }
  }

  private static List<String> machine() {
    Runtime runtime = Runtime.getRuntime();
    Stream<String> lines =
        Stream.of(
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + " "
                + System.getProperty("os.arch"),
            "processors: "
                + runtime.availableProcessors()
                + processorModel().map(m -> " (" + m + ")").orElse(""),
            "memory: " + physicalMemory());
    return lines.toList();
  }

  private static Optional<String> processorModel() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuinfo)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Sizes.bytes(system.getTotalMemorySize())
            + ", free "
            + Sizes.bytes(system.getFreeMemorySize())
        : "unknown";
  }

  private static List<String> java() {
    return List.of(
        System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.vm.version")
            + " ("
            + System.getProperty("java.vendor")
            + ")",
        "home: " + System.getProperty("java.home"),
        "flags: " + String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()),
        "largest heap: " + Sizes.bytes(Runtime.getRuntime().maxMemory()),
        "garbage collectors: "
            + String.join(
                ", ",
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .map(bean -> bean.getName())
                    .toList()));
  }

  private static void devices(Platform platform, Map<String, List<String>> sections) {
    try {
      ModelManager manager = platform.models();
      sections.put("devices", manager.devices().stream().flatMap(Environment::device).toList());
      sections.put("devices that cannot be used", manager.unavailableDevices());
      sections.put("components", manager.components());
      sections.put("embedded models", manager.embeddedModels());
    } catch (UnavailableException e) {
      // A report about a broken installation is what this command is for.
      sections.put("devices", List.of(e.getMessage()));
    }
  }

  private static Stream<String> device(DeviceInfo device) {
    return Stream.concat(
        Stream.of(
            device.id() + ": " + device.description() + ", " + Sizes.bytes(device.totalMemory())),
        device.details().stream().map(detail -> "  " + detail));
  }

  private static List<String> bundles(BundleContext context) {
    return Arrays.stream(context.getBundles())
        .sorted(Comparator.comparing(Bundle::getSymbolicName))
        .map(bundle -> bundle.getSymbolicName() + " " + bundle.getVersion() + " " + state(bundle))
        .toList();
  }

  private static String state(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.INSTALLED -> "installed, not resolved";
      case Bundle.RESOLVED -> "resolved";
      case Bundle.STARTING -> "starting";
      case Bundle.ACTIVE -> "active";
      case Bundle.STOPPING -> "stopping";
      default -> "uninstalled";
    };
  }
}

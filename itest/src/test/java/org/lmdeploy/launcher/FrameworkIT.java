package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.itest.Distribution;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The framework of the distribution inside this process. */
class FrameworkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Host host;

  @BeforeEach
  void start() throws Exception {
    Distribution.copyTo(folder);
    host = Host.start(new Home(folder, folder.resolve("cache")), "list");
  }

  @AfterEach
  void stop() throws IOException {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void everyBundleResolvesAndStarts() {
    List<String> notActive =
        Arrays.stream(host.context().getBundles())
            .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
            .map(Bundle::getSymbolicName)
            .toList();
    assertEquals(List.of("org.apache.felix.gogo.shell"), notActive);
    assertEquals("", CommandLine.unresolved(host.context()));
  }

  @Test
  void theCommandRunsAndItsResultIsTheExitCode() throws Exception {
    assertEquals(0, CommandLine.run(host.context()));
  }

  @Test
  void aSecondStartFindsItsBundlesInstalled() throws Exception {
    long first = host.context().getBundle("reference:" + shellJar().toUri()).getLastModified();
    host.close();
    host = Host.start(new Home(folder, folder.resolve("cache")), "list");
    assertEquals(
        first, host.context().getBundle("reference:" + shellJar().toUri()).getLastModified());
    everyBundleResolvesAndStarts();
  }

  @Test
  void aPluginIsLiveWhenItIsDroppedInAndGoneWhenItIsRemoved() throws Exception {
    Path plugin = drop();
    await(() -> !greetings().isEmpty());
    Callable<?> greeting = (Callable<?>) host.context().getService(greetings().iterator().next());
    assertEquals("hello from a plugin", greeting.call());
    Files.delete(plugin);
    await(() -> greetings().isEmpty());
  }

  private Path shellJar() throws IOException {
    try (var jars = Files.newDirectoryStream(folder.resolve("bundles"), "shell-*.jar")) {
      return jars.iterator().next();
    }
  }

  private Collection<ServiceReference<Callable<?>>> greetings() {
    BundleContext context = host.context();
    try {
      @SuppressWarnings({"unchecked", "rawtypes"}) // the class object of a generic type
      Collection<ServiceReference<Callable<?>>> found =
          (Collection) context.getServiceReferences(Callable.class, "(greeting=plugin)");
      return found;
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path drop() throws IOException {
    Manifest manifest = new Manifest();
    Map.of(
            "Manifest-Version", "1.0",
            "Bundle-ManifestVersion", "2",
            "Bundle-SymbolicName", "greeting.plugin",
            "Bundle-Version", "1.0.0",
            "Bundle-Activator", GreetingActivator.class.getName(),
            "Import-Package", "org.osgi.framework")
        .forEach(
            (name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
    Path half = folder.resolve("greeting.part");
    String entry = GreetingActivator.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(half);
        JarOutputStream jar = new JarOutputStream(file, manifest);
        InputStream code = GreetingActivator.class.getClassLoader().getResourceAsStream(entry)) {
      assertNotNull(code);
      jar.putNextEntry(new JarEntry(entry));
      code.transferTo(jar);
      jar.closeEntry();
    }
    return Files.move(half, folder.resolve("plugins/greeting.jar"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(end), "it did not happen within " + PATIENCE);
      Thread.sleep(50);
    }
  }
}

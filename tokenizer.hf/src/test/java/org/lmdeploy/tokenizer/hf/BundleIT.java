package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The bundle in Felix, with its libraries inside and nothing of them beside. */
final class BundleIT {
  private static final String SERVICE = TokenizerProvider.class.getName();

  /** A class of every bundle that this one needs; the bundle is the jar that the class is in. */
  private static final List<String> NEEDED =
      List.of(
          SERVICE,
          "tools.jackson.databind.json.JsonMapper",
          "tools.jackson.core.JsonParser",
          "com.fasterxml.jackson.annotation.JsonProperty",
          "org.apache.felix.scr.info.ScrInfo",
          "org.osgi.service.component.ComponentContext",
          "org.osgi.util.promise.Promise",
          "org.osgi.util.function.Function");

  @TempDir Path path;

  @Test
  void theServiceTokenizesAgainAfterARestart() throws Exception {
    Path models = path.resolve("model");
    Files.createDirectory(models);
    new ModelFolder(models).withSentencePiece("bpe.model");
    Framework framework = start();
    try {
      Bundle bundle = installAll(framework.getBundleContext());
      Object first = provider(framework.getBundleContext());
      assertNotSame(HfTokenizerProvider.class, first.getClass());
      assertArrayEquals(expected(models), encode(first, models));
      bundle.update();
      assertArrayEquals(expected(models), encode(provider(framework.getBundleContext()), models));
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  private static int[] expected(Path models) {
    try (var tokenizer = new HfTokenizerProvider().open(models)) {
      return tokenizer.encode("The red circle 😀", true);
    }
  }

  private static int[] encode(Object provider, Path models) throws ReflectiveOperationException {
    Class<?> api = provider.getClass().getInterfaces()[0];
    assertEquals(SERVICE, api.getName());
    Object tokenizer = api.getMethod("open", Path.class).invoke(provider, models);
    Class<?> type = api.getMethod("open", Path.class).getReturnType();
    Method encode = type.getMethod("encode", String.class, boolean.class);
    try {
      return (int[]) encode.invoke(tokenizer, "The red circle 😀", true);
    } finally {
      type.getMethod("close").invoke(tokenizer);
    }
  }

  private Framework start() throws Exception {
    Framework framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    path.resolve("cache").toString(),
                    Constants.FRAMEWORK_BOOTDELEGATION,
                    ""));
    framework.start();
    return framework;
  }

  private static Bundle installAll(BundleContext context) throws Exception {
    List<Bundle> bundles = new ArrayList<>();
    for (String name : NEEDED) {
      URI jar = Class.forName(name).getProtectionDomain().getCodeSource().getLocation().toURI();
      bundles.add(context.installBundle(jar.toString()));
    }
    Path file = Path.of(System.getProperty("bundle.file"));
    Bundle bundle = context.installBundle(file.toUri().toString());
    bundles.add(bundle);
    for (Bundle each : bundles) {
      each.start();
    }
    return bundle;
  }

  private static Object provider(BundleContext context) throws Exception {
    for (int i = 0; i < 100; i++) {
      ServiceReference<?>[] found = context.getAllServiceReferences(SERVICE, null);
      if (found != null) {
        Object service = context.getService(found[0]);
        assertNotNull(service);
        return service;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no " + SERVICE + " was registered in five seconds");
  }
}

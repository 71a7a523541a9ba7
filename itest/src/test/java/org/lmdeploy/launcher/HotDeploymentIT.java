package org.lmdeploy.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lmdeploy.launcher.LiveServer.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.launcher.Load.Counts;

/**
 * A family's bundle is added, updated and removed while 200 requests run: none is lost, and those
 * of another model never notice.
 */
class HotDeploymentIT {
  private static final int ALL = 200;
  private static final int HALF = ALL / 2;
  private static final int DEMO_TOKENS = 120;
  private static final int OLMO_TOKENS = 300;
  private static final String JAR = "model-olmo.jar";

  @TempDir private Path folder;
  private LiveServer server;
  private Path model;
  private Path first;
  private Path second;

  @BeforeEach
  void start() throws Exception {
    Path distribution = folder.resolve("dist");
    server = LiveServer.start(distribution);
    model = OlmoModel.create(folder);
    first = OlmoModel.plugin(folder, distribution);
    second = folder.resolve("second.jar");
    copyAsVersion("1.1.0", first, second);
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void noRequestIsLost() throws Exception {
    Counts added = add();
    assertEquals(new Counts(ALL, ALL, 0, 0), added);
    update();
    remove();
  }

  /** Nothing depends on it yet. */
  private Counts add() throws Exception {
    try (Load demo = new Load(server)) {
      demo.start(ALL, "demo", DEMO_TOKENS);
      demo.awaitRunning();
      server.drop(first, JAR);
      await(() -> server.shell("plugins").contains("active"));
      server.shell("load", model.toString());
      assertTrue(demo.running() > 0, "the requests ended too early to show anything");
      return tell("add", "demo", demo.counts());
    }
  }

  private void update() throws Exception {
    try (Load demo = new Load(server);
        Load olmo = new Load(server);
        Load later = new Load(server)) {
      demo.start(HALF, "demo", DEMO_TOKENS);
      olmo.start(HALF, OlmoModel.NAME, OLMO_TOKENS);
      demo.awaitRunning();
      olmo.awaitRunning();
      server.drop(second, JAR);
      await(() -> !server.shell("models").contains(OlmoModel.NAME));
      assertTrue(olmo.running() > 0, "the requests ended too early to show anything");
      later.start(10, OlmoModel.NAME, 1);
      await(() -> server.shell("models").contains(OlmoModel.NAME));
      assertTrue(server.shell("plugins").contains("1.1.0"), () -> server.shell("plugins"));
      assertEquals(new Counts(HALF, HALF, 0, 0), tell("update", "demo", demo.counts()));
      assertEquals(0, tell("update", "olmo", olmo.counts()).lost());
      assertEquals(0, tell("update", "olmo, sent meanwhile", later.counts()).lost());
    }
    try (Load after = new Load(server)) {
      after.start(10, OlmoModel.NAME, 1);
      assertEquals(new Counts(10, 10, 0, 0), after.counts());
    }
  }

  private void remove() throws Exception {
    try (Load demo = new Load(server);
        Load olmo = new Load(server)) {
      demo.start(HALF, "demo", DEMO_TOKENS);
      olmo.start(HALF, OlmoModel.NAME, OLMO_TOKENS);
      demo.awaitRunning();
      olmo.awaitRunning();
      server.remove(JAR);
      await(() -> !server.shell("models").contains(OlmoModel.NAME));
      assertTrue(olmo.running() > 0, "the requests ended too early to show anything");
      assertEquals(new Counts(HALF, HALF, 0, 0), tell("remove", "demo", demo.counts()));
      assertEquals(0, tell("remove", "olmo", olmo.counts()).lost());
      await(() -> server.shell("plugins").contains("No plugin is in"));
    }
    try (Load after = new Load(server)) {
      after.start(10, OlmoModel.NAME, 1);
      assertEquals(new Counts(10, 0, 10, 0), after.counts());
    }
  }

  /** The figures of docs/plugins.md. */
  private static Counts tell(String change, String requests, Counts counts) {
    System.out.println(change + ", requests to " + requests + ": " + counts);
    return counts;
  }

  private static void copyAsVersion(String version, Path from, Path to) throws IOException {
    try (JarFile old = new JarFile(from.toFile())) {
      Manifest manifest = old.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (OutputStream file = Files.newOutputStream(to);
          JarOutputStream jar = new JarOutputStream(file, manifest)) {
        for (JarEntry entry : (Iterable<JarEntry>) old.stream()::iterator) {
          if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
            jar.putNextEntry(new JarEntry(entry.getName()));
            try (InputStream in = old.getInputStream(entry)) {
              in.transferTo(jar);
            }
            jar.closeEntry();
          }
        }
      }
    }
  }
}

package org.lmdeploy.plugin.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.plugin.Plugin;
import org.lmdeploy.plugin.Plugin.State;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** Files come, change and go; a real framework says what becomes of them. */
class AdmissionTest {
  @TempDir private Path storage;
  @TempDir private Path folder;
  private Framework felix;
  private FolderScan scan;
  private Admission admission;
  private long clock = 1_000_000;

  @BeforeEach
  void start() throws Exception {
    felix =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    storage.toString(),
                    Constants.FRAMEWORK_BSNVERSION,
                    Constants.FRAMEWORK_BSNVERSION_MULTIPLE));
    felix.start();
    BundleContext context = felix.getBundleContext();
    scan = new FolderScan(folder);
    admission = new Admission(new PluginBundles(context), new Requirements(context));
  }

  @AfterEach
  void stop() throws Exception {
    felix.stop();
    felix.waitForStop(10_000);
  }

  @Test
  void aBundleRunsWhileItsFileIsThere() throws Exception {
    put(
        "a.jar",
        PluginJar.named("a", "1.2.0")
            .with("Provide-Capability", "lmdeploy.family;lmdeploy.family=x"));
    settle();
    Plugin plugin = only();
    assertEquals(State.ACTIVE, plugin.state());
    assertEquals("a", plugin.name());
    assertEquals("1.2.0", plugin.version());
    assertEquals("", plugin.reason());
    assertEquals(List.of("family x"), plugin.offers());
    Files.delete(folder.resolve("a.jar"));
    settle();
    assertEquals(List.of(), admission.describe());
    assertEquals(List.of(), bundles());
  }

  @Test
  void newContentTakesThePlaceOfTheOldEvenWithTheSameVersion() throws Exception {
    put("a.jar", PluginJar.named("a", "1.0.0"));
    settle();
    long before = only().bundle();
    put("a.jar", PluginJar.named("a", "1.0.0").with("Bundle-Name", "another"));
    settle();
    assertEquals(State.ACTIVE, only().state());
    assertNotEquals(before, only().bundle());
    assertEquals(List.of("a"), bundles());
    assertEquals(
        "another",
        felix.getBundleContext().getBundle(only().bundle()).getHeaders().get("Bundle-Name"));
  }

  @Test
  void newContentThatLacksSomethingLeavesTheOldRunning() throws Exception {
    put("a.jar", PluginJar.named("a", "1.0.0"));
    settle();
    long before = only().bundle();
    put("a.jar", PluginJar.named("a", "2.0.0").with("Import-Package", "org.nowhere"));
    settle();
    assertEquals(State.ACTIVE, only().state());
    assertEquals("1.0.0", only().version());
    assertEquals(before, only().bundle());
    assertReason("the old runs on", "requires the package org.nowhere, which no bundle provides");
    put("a.jar", PluginJar.named("a", "3.0.0"));
    settle();
    assertEquals("3.0.0", only().version());
    assertEquals("", only().reason());
    assertEquals(List.of("a"), bundles());
  }

  @Test
  void aBundleWaitsForWhatItRequiresAndWaitsAgainWhenThatGoes() throws Exception {
    put("a.jar", PluginJar.named("a", "1.0.0").with("Import-Package", "p;version=\"[1,2)\""));
    settle();
    assertEquals(State.UNRESOLVED, only().state());
    assertReason("requires the package p from version 1.0.0 to below 2.0.0");
    put("b.jar", PluginJar.named("b", "1.0.0").with("Export-Package", "p;version=1.5"));
    settle();
    assertEquals(List.of(State.ACTIVE, State.ACTIVE), states());
    Files.delete(folder.resolve("b.jar"));
    settle();
    assertEquals(State.UNRESOLVED, only().state());
    assertReason("requires the package p", "which no bundle provides");
  }

  @Test
  void severalThatNeedEachOtherComeTogether() throws Exception {
    put("a.jar", PluginJar.named("a", "1").with("Import-Package", "q").with("Export-Package", "p"));
    put("b.jar", PluginJar.named("b", "1").with("Import-Package", "p").with("Export-Package", "q"));
    put("c.jar", PluginJar.named("c", "1").with("Require-Capability", "x;filter:=\"(x=1)\""));
    put("d.jar", PluginJar.named("d", "1").with("Provide-Capability", "x;x=1"));
    settle();
    assertEquals(List.of(State.ACTIVE, State.ACTIVE, State.ACTIVE, State.ACTIVE), states());
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    put("a.jar", PluginJar.named("a", "1").with("Import-Package", "org.osgi.framework;version=99"));
    settle();
    assertReason("the package org.osgi.framework from version 99.0.0; there is 1.");
    put(
        "a.jar",
        PluginJar.named("a", "1")
            .with("Require-Capability", "lmdeploy.family;filter:=\"(lmdeploy.family=y)\""));
    settle();
    assertReason("the capability lmdeploy.family (lmdeploy.family=y)");
    put(
        "a.jar",
        PluginJar.named("a", "1")
            .with("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\""));
    settle();
    assertReason("it requires Java 99, and this is Java " + Runtime.version().feature());
    put("a.jar", PluginJar.named("a", "1").with("Import-Package", "q;version=\"[0,2)\""));
    settle();
    assertReason("the package q from version 0.0.0 to below 2.0.0");
    put("a.jar", PluginJar.named("a", "1").with("Require-Bundle", "z;bundle-version=3"));
    settle();
    assertReason("the bundle z from version 3.0.0");
  }

  @Test
  void whatIsNoBundleIsRefused() throws Exception {
    put("a.jar", PluginJar.plain());
    settle();
    assertEquals(State.REFUSED, only().state());
    assertReason("no bundle", "Bundle-SymbolicName");
    put("a.jar", PluginJar.named("a", "1").with("Fragment-Host", "b"));
    settle();
    assertReason("fragment of the bundle b");
    put("a.jar", PluginJar.named("a", "one"));
    settle();
    assertReason("the framework does not take it");
    assertEquals(List.of(), bundles());
  }

  @Test
  void aFileThatIsNoJarIsRefusedAfterSomePatience() throws Exception {
    write("a.jar", "this is a text".getBytes(StandardCharsets.UTF_8));
    look();
    look();
    assertEquals(State.COPYING, only().state());
    settle();
    assertEquals(State.REFUSED, only().state());
    assertReason("no complete jar");
  }

  @Test
  void aHalfWrittenFileIsNeverInstalled() throws Exception {
    byte[] whole = PluginJar.named("a", "1.0.0").startedBy(FailingActivator.class).bytes();
    for (int length = 1; length < whole.length; length += 7) {
      write("a.jar", Arrays.copyOf(whole, length));
      look();
      look();
      assertEquals(List.of(), bundles());
      assertEquals(State.COPYING, only().state());
    }
  }

  @Test
  void aFileThatIsBeingReplacedInPlaceKeepsTheOldBundle() throws Exception {
    byte[] old = PluginJar.named("a", "1.0.0").bytes();
    write("a.jar", old);
    settle();
    byte[] mixed = old.clone();
    mixed[mixed.length / 2] ^= 1;
    write("a.jar", mixed);
    look();
    look();
    assertEquals(State.ACTIVE, only().state());
    assertEquals("", only().reason());
    settle();
    assertEquals(State.ACTIVE, only().state());
    assertReason("the old runs on", "no complete jar");
  }

  @Test
  void aFileIsTakenAtTheSecondLookThatFindsItTheSame() throws Exception {
    put("a.jar", PluginJar.named("a", "1.0.0"));
    look();
    assertEquals(List.of(), bundles());
    look();
    assertEquals(List.of("a"), bundles());
  }

  @Test
  void theSameBundleFromTwoFilesIsRefusedUntilTheFirstGoes() throws Exception {
    put("a-1.jar", PluginJar.named("a", "1.0.0"));
    put("a-2.jar", PluginJar.named("a", "2.0.0"));
    settle();
    assertEquals(List.of(State.ACTIVE, State.REFUSED), states());
    assertTrue(admission.describe().getLast().reason().contains("already there, from a-1.jar"));
    Files.delete(folder.resolve("a-1.jar"));
    settle();
    assertEquals(State.ACTIVE, only().state());
    assertEquals("2.0.0", only().version());
  }

  @Test
  void aPartOfTheDistributionCannotBeReplaced() throws Exception {
    write("part", PluginJar.named("engine.api", "1").bytes());
    felix.getBundleContext().installBundle(folder.resolve("part").toUri().toString());
    put("a.jar", PluginJar.named("engine.api", "2"));
    settle();
    assertEquals(State.REFUSED, only().state());
    assertReason("engine.api is a part of the distribution");
  }

  @Test
  void aFailedStartIsToldAndNotRepeated() throws Exception {
    put("a.jar", PluginJar.named("a", "1").startedBy(FailingActivator.class));
    settle();
    assertEquals(State.FAILED, only().state());
    assertReason("its start failed", "no licence for Tuesdays");
    put("a.jar", PluginJar.named("a", "2"));
    settle();
    assertEquals(State.ACTIVE, only().state());
  }

  @Test
  void whatSomebodyStoppedStaysStopped() throws Exception {
    put("a.jar", PluginJar.named("a", "1"));
    settle();
    felix.getBundleContext().getBundle(only().bundle()).stop();
    put("b.jar", PluginJar.named("b", "1"));
    settle();
    assertEquals(List.of(State.STOPPED, State.ACTIVE), states());
  }

  @Test
  void anotherProcessFindsNothingOfTheLast() throws Exception {
    put("a.jar", PluginJar.named("a", "1"));
    settle();
    new PluginBundles(felix.getBundleContext()).forgetEarlierPlugins();
    assertEquals(List.of(), bundles());
    assertFalse(admission.describe().isEmpty());
  }

  private void put(String file, PluginJar jar) throws Exception {
    write(file, jar.bytes());
  }

  /** Gives every write another time, since a file system's clock may be coarse. */
  private void write(String file, byte[] bytes) throws Exception {
    Path path = folder.resolve(file);
    Files.write(path, bytes);
    clock += 1000;
    Files.setLastModifiedTime(path, FileTime.fromMillis(clock));
  }

  private void look() throws Exception {
    admission.follow(scan.look(), false);
  }

  /** Looks as often as the most patient rule needs. */
  private void settle() throws Exception {
    for (int i = 0; i < 6; i++) {
      look();
    }
  }

  private Plugin only() {
    assertEquals(1, admission.describe().size());
    return admission.describe().getFirst();
  }

  private List<State> states() {
    return admission.describe().stream().map(Plugin::state).toList();
  }

  private void assertReason(String... parts) {
    for (String part : parts) {
      assertTrue(only().reason().contains(part), () -> only().reason() + " lacks " + part);
    }
  }

  /** The bundles beside the framework's own. */
  private List<String> bundles() {
    return Arrays.stream(felix.getBundleContext().getBundles())
        .filter(bundle -> bundle.getBundleId() != 0)
        .map(Bundle::getSymbolicName)
        .toList();
  }
}

package org.lmdeploy.shell.scaffold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.lmdeploy.api.error.InvalidRequestException;

/** New projects compile, their tests pass, bnd makes bundles of them, and the docs show them. */
class PluginProjectTest {
  private static final Path DOCS = Path.of(System.getProperty("lmdeploy.root"), "docs", "plugins");

  @TempDir private Path folder;
  private Path home;

  @BeforeEach
  void distribution() throws Exception {
    home = folder.resolve("dist");
    Files.createDirectories(home.resolve("bundles"));
    Files.createFile(home.resolve("bundles/engine.api-1.2.3.jar"));
  }

  @ParameterizedTest
  @EnumSource(PluginKind.class)
  void theProjectOfEveryKindWorks(PluginKind kind) throws Exception {
    PluginProject project = PluginProject.of(kind, "my-own");
    CompiledPlugin plugin = CompiledPlugin.build(project, home, folder);
    String offers = plugin.header("Provide-Capability");
    assertTrue(offers.contains("lmdeploy." + kind.id()), offers);
    assertTrue(plugin.header("Service-Component").contains("OSGI-INF/"), "no component");
    assertTrue(
        plugin.header("Require-Capability").contains("(&(osgi.ee=JavaSE)(version=25))"),
        () -> plugin.header("Require-Capability"));
    runTests(project, plugin.classes());
  }

  /** The docs show what a new project has, so that there is one source of both. */
  @ParameterizedTest
  @EnumSource(PluginKind.class)
  void theDocsShowTheSources(PluginKind kind) throws Exception {
    String page = Files.readString(DOCS.resolve(kind.id() + ".md"));
    for (Map.Entry<Path, String> source : PluginProject.of(kind, "example").sources().entrySet()) {
      assertTrue(
          page.contains("```java\n" + source.getValue() + "```\n"),
          () -> kind.id() + ".md does not show the present " + source.getKey());
    }
  }

  @Test
  void thePomNamesTheDistributionAndItsVersion() {
    String pom = PluginProject.of(PluginKind.ENGINE, "my-own").files(home).get(Path.of("pom.xml"));
    assertTrue(pom.contains("<lmdeploy.home>" + home + "</lmdeploy.home>"), pom);
    assertTrue(pom.contains("<lmdeploy.version>1.2.3</lmdeploy.version>"), pom);
    assertTrue(pom.contains("<artifactId>engine.core</artifactId>"), pom);
    assertFalse(pom.contains("@"), pom);
  }

  @Test
  void wrongNamesAreRefused() {
    for (String name : new String[] {"", "My", "1st", "a_b", "a-", "../up"}) {
      assertThrows(
          InvalidRequestException.class, () -> PluginProject.of(PluginKind.FAMILY, name), name);
    }
    InvalidRequestException word =
        assertThrows(
            InvalidRequestException.class, () -> PluginProject.of(PluginKind.FAMILY, "new"));
    assertTrue(word.getMessage().contains("--package"), word::getMessage);
  }

  @Test
  void unknownKindsAreRefusedWithTheListOfKinds() {
    InvalidRequestException unknown =
        assertThrows(InvalidRequestException.class, () -> PluginKind.of("sauce"));
    assertTrue(unknown.getMessage().contains("template, family, tokenizer"), unknown::getMessage);
    assertEquals(PluginKind.DEVICE, PluginKind.of("device"));
  }

  @Test
  void anExistingFolderIsLeftAlone() throws Exception {
    Files.createDirectory(folder.resolve("mine"));
    PluginProject project = PluginProject.of(PluginKind.TEMPLATE, "mine");
    assertThrows(InvalidRequestException.class, () -> project.write(folder, home));
    assertEquals(0, folder.resolve("mine").toFile().list().length);
  }

  private static void runTests(PluginProject project, Path classes) throws Exception {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, PluginProjectTest.class.getClassLoader())) {
      for (String test : project.kind().tests()) {
        String name = project.packageName() + ".MyOwn" + test;
        request.selectors(selectClass(loader.loadClass(name)));
      }
      Launcher launcher = LauncherFactory.create();
      launcher.execute(request.build(), summary);
    }
    StringWriter failures = new StringWriter();
    summary.getSummary().printFailuresTo(new PrintWriter(failures));
    assertEquals(0, summary.getSummary().getTotalFailureCount(), failures::toString);
    assertTrue(summary.getSummary().getTestsSucceededCount() > 0, "no test ran");
  }
}

package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said on a machine that lacks something. */
class ScriptIT {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir private Path folder;
  private Distribution dist;

  @BeforeEach
  void distribution() throws IOException {
    dist = Distribution.copyTo(folder.resolve("dist"));
  }

  @Test
  void withoutAnyJdkItSaysWhereItLookedAndHowToGetOne() throws Exception {
    // The places are the machine's own, so that they are exchanged for empty ones.
    String script = Files.readString(dist.script());
    String places = script.replaceAll("(?<= )/(usr|opt|Library)[^ ;]*[*][^ ;]*", "/nowhere/*");
    assertFalse(script.equals(places));
    Files.writeString(dist.script(), places);
    Result result = run("PATH", pathWithoutJava(), "HOME", folder.toString());
    assertEquals(69, result.exitCode(), result::err);
    assertTrue(result.err().contains("no JDK 25 was found"), result::err);
    assertTrue(result.err().contains("/usr/lib/jvm"), result::err);
    assertTrue(result.err().contains("adoptium.net"), result::err);
  }

  @Test
  void aNamedJavaThatIsNoJdk25IsRefused() throws Exception {
    Result result = run("LMDEPLOY_JAVA_HOME", folder.toString());
    assertEquals(69, result.exitCode(), result::err);
    assertTrue(result.err().contains("LMDEPLOY_JAVA_HOME is " + folder), result::err);
  }

  @Test
  void aJdk25IsFoundByJavaHomeEvenWithAnOlderJavaOnThePath() throws Exception {
    Result result = run("JAVA_HOME", System.getProperty("java.home"), "PATH", pathWithoutJava());
    assertEquals(0, result.exitCode(), result::err);
  }

  @Test
  void missingFlagsOfTheVirtualMachineAreNamed() throws Exception {
    Result none = java(List.of());
    assertEquals(70, none.exitCode());
    assertTrue(
        none.err()
            .contains("--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED"),
        none::err);
    Result one = java(List.of("--add-modules", "jdk.incubator.vector"));
    assertEquals(70, one.exitCode());
    assertTrue(one.err().contains("--enable-native-access=ALL-UNNAMED"), one::err);
    assertFalse(one.err().contains("--add-modules jdk.incubator.vector"), one::err);
  }

  @Test
  void aBundleThatDoesNotResolveIsNamedWithItsReason() throws Exception {
    try (var bundles = Files.newDirectoryStream(dist.bundles(), "engine.api-*.jar")) {
      for (Path bundle : bundles) {
        Files.delete(bundle);
      }
    }
    Result result = dist.run("list");
    assertEquals(70, result.exitCode());
    assertTrue(result.err().contains("Unable to resolve shell"), result::err);
    assertTrue(result.err().contains("osgi.wiring.package=org.lmdeploy.api."), result::err);
  }

  @Test
  void aDistributionThatCannotBeWrittenKeepsItsCacheElsewhere() throws Exception {
    Path cache = folder.resolve("cache");
    Result result = run("LMDEPLOY_CACHE", cache.toString());
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(Files.isDirectory(cache.resolve("framework")));
    assertFalse(Files.exists(dist.root().resolve("cache")));
  }

  private Result run(String... environment) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(dist.command("--version"));
    builder.environment().keySet().removeIf(name -> name.startsWith("LMDEPLOY_"));
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA25_HOME", "SDKMAN_DIR"));
    for (int i = 0; i < environment.length; i += 2) {
      builder.environment().put(environment[i], environment[i + 1]);
    }
    return Result.ofExactly(builder, "");
  }

  private Result java(List<String> flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(flags);
    Path lib = dist.root().resolve("lib");
    command.addAll(
        List.of(
            "-cp",
            lib.resolve("launcher.jar") + ":" + lib.resolve("framework.jar"),
            "org.lmdeploy.launcher.Main",
            "list"));
    return Result.of(new ProcessBuilder(command), "");
  }

  /** The commands that the script uses, and no java. */
  private String pathWithoutJava() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String tool : List.of("sh", "readlink", "dirname", "mkdir", "cat", "rm", "uname")) {
      for (String place : System.getenv("PATH").split(":")) {
        Path file = Path.of(place, tool);
        if (Files.isExecutable(file)) {
          Files.createSymbolicLink(bin.resolve(tool), file);
          break;
        }
      }
    }
    return bin.toString();
  }
}

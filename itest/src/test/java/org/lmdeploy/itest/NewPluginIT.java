package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects as {@code lmdeploy plugin new} makes them, built by Maven and put to use. */
class NewPluginIT {
  private static Distribution dist;
  @TempDir private Path folder;

  @BeforeAll
  static void distribution() throws IOException {
    dist = Distribution.shared();
  }

  @Test
  void anEngineADeviceAndACommandDoTheirWork() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("my plugins"));
    build("engine", "single", plugins);
    build("device", "clock", plugins);
    build("command", "token-count", plugins);
    String question = "--image '" + Scenes.NUMBER.path() + "' 'Describe this image.'";
    ProcessBuilder shell =
        new ProcessBuilder(
            dist.command(
                "shell",
                "lmdeploy:plugins",
                "lmdeploy:load tiny-internvl2 --model-name one --backend single",
                "lmdeploy:chat --model one " + question,
                "lmdeploy:load tiny-internvl2 --model-name two --device clock",
                "lmdeploy:chat --model two " + question,
                "lmdeploy:token_count hello | grep 'two: '"));
    shell.environment().put("LMDEPLOY_PLUGINS", plugins.toString());
    Result result = Result.ofExactly(shell, "");
    assertEquals(0, result.exitCode(), result::err);
    assertEquals(3, result.out().lines().filter(line -> line.contains(" active ")).count());
    assertEquals(2, result.out().split(Scenes.NUMBER.answer(), -1).length - 1, () -> result.out());
    assertTrue(result.out().contains("asked for by backend"), result::out);
    assertTrue(result.out().contains("two: "), result::out);
  }

  @Test
  void aParserIsChosenByItsName() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("parsers"));
    build("parser", "brackets", plugins);
    ProcessBuilder shell =
        new ProcessBuilder(
            dist.command(
                "shell",
                "lmdeploy:load tiny-internvl2 --model-name one --tool-call-parser brackets",
                "lmdeploy:why one | grep asked",
                "lmdeploy:load tiny-internvl2 --model-name two --tool-call-parser parentheses"));
    shell.environment().put("LMDEPLOY_PLUGINS", plugins.toString());
    Result result = Result.ofExactly(shell, "");
    assertTrue(
        result.out().contains("tools      brackets  (asked for by --tool-call-parser)"),
        result::out);
    assertTrue(result.err().contains("there are [brackets, intern-s1, internlm"), result::err);
  }

  @Test
  void aKindThatThereIsNotIsAnError() throws Exception {
    Result sauce = dist.run("plugin", "new", "sauce", "mine", "--dir", folder.toString());
    assertEquals(2, sauce.exitCode(), sauce::out);
    assertTrue(sauce.err().contains("template, family, tokenizer"), sauce::err);
    assertTrue(Files.notExists(folder.resolve("mine")));
  }

  @Test
  void aBrokenPluginIsListedWithItsReason() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (OutputStream file = Files.newOutputStream(plugins.resolve("library.jar"))) {
      new JarOutputStream(file, manifest).close();
    }
    ProcessBuilder shell = new ProcessBuilder(dist.command("shell", "lmdeploy:plugins"));
    shell.environment().put("LMDEPLOY_PLUGINS", plugins.toString());
    Result result = Result.ofExactly(shell, "");
    assertEquals(0, result.exitCode(), result::err);
    assertTrue(result.out().contains("refused"), result::out);
    assertTrue(result.err().contains("library.jar is not admitted: it is no bundle"), result::err);
  }

  private void build(String kind, String name, Path plugins) throws Exception {
    Result made = dist.run("plugin", "new", kind, name, "--dir", folder.toString());
    assertEquals(0, made.exitCode(), made::err);
    Path jar = new MavenProject(folder.resolve(name)).build(dist.root());
    Files.copy(jar, plugins.resolve(jar.getFileName()));
  }
}

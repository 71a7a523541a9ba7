package org.lmdeploy.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Felix shell of a running server, over SSH; and the other faces of that server. */
class RemoteShellIT {
  private static final String ENGINE = "engine     turbomind";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SshClient CLIENT = SshClient.setUpDefaultClient();

  @TempDir private static Path home;
  private static Distribution dist;
  private static RemoteServer server;

  @BeforeAll
  static void start() throws IOException {
    CLIENT.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    CLIENT.start();
    dist = Distribution.shared();
    server = RemoteServer.start(dist, home);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    CLIENT.close();
  }

  @Test
  void commandsRunInTheServersOwnProcessAndTellTheirExitCodes() throws Exception {
    try (ClientSession session = logIn(server, server.password())) {
      Result models = execute(session, "lmdeploy:models");
      assertEquals(0, models.exitCode(), models::err);
      assertTrue(models.out().contains("tiny-internvl2"), models::out);
      Result unknown = execute(session, "lmdeploy:why nobody");
      assertEquals(3, unknown.exitCode(), unknown::out);
      assertTrue(unknown.err().contains("the model nobody is not served"), unknown::err);
      Result stats = execute(session, "lmdeploy:stats --seconds 0.1");
      assertTrue(stats.out().contains("0 running, 0 waiting"), stats::out);
      assertTrue(stats.out().contains("tokens/s: "), stats::out);
    }
    assertTrue(Files.exists(home.resolve(".lmdeploy/shell_host_key")));
  }

  @Test
  void aPersonCompletesCommandsAndInterruptsThem() throws Exception {
    try (ClientSession session = logIn(server, server.password());
        ChannelShell channel = session.createShellChannel()) {
      ByteArrayOutputStream screen = new ByteArrayOutputStream();
      channel.setPtyType("xterm");
      channel.setUsePty(true);
      channel.setOut(screen);
      channel.open().verify(PATIENCE);
      OutputStream keys = channel.getInvertedIn();
      await(screen, "g! ");
      type(keys, "lmdeploy:mod\t\r");
      await(screen, "tiny-internvl2");
      type(keys, "lmdeploy:stats --seconds 3000\r");
      await(screen, "3000\r");
      // what comes before the command runs is no interruption of it
      while (!screen.toString(StandardCharsets.UTF_8).contains("(interrupted)")) {
        type(keys, "\u0003");
        Thread.sleep(200);
      }
      // the prompt is back before Gogo has forgotten the interrupted job
      for (int i = 0; i < 100 && !screen.toString(StandardCharsets.UTF_8).contains(ENGINE); i++) {
        type(keys, "lmdeploy:engines\r");
        Thread.sleep(200);
      }
      await(screen, ENGINE);
      type(keys, "exit\r");
      channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
      // as in a pipe: that of the last command that failed; the interrupted one did
      assertNotEquals(0, channel.getExitStatus());
    }
  }

  @Test
  void nobodyGetsInWithoutThePasswordAndNothingIsForwarded() throws Exception {
    assertThrows(SshException.class, () -> logIn(server, "wrong").close());
    try (ClientSession session = logIn(server, server.password())) {
      assertThrows(
          IOException.class,
          () ->
              session.startRemotePortForwarding(
                  new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", 1)));
    }
  }

  @Test
  void withAFileOfKeysOnlyThoseGetIn() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    KeyPair known = generator.generateKeyPair();
    Path keys = home.resolve("authorized_keys");
    Files.writeString(keys, PublicKeyEntry.toString(known.getPublic()) + " somebody\n");
    try (RemoteServer keyed =
        RemoteServer.start(dist, home, "--shell-authorized-keys", keys.toString())) {
      assertNull(keyed.password());
      try (ClientSession session = connect(keyed)) {
        session.addPublicKeyIdentity(known);
        session.auth().verify(PATIENCE);
        assertEquals(0, execute(session, "lmdeploy:devices").exitCode());
      }
      try (ClientSession session = connect(keyed)) {
        session.addPublicKeyIdentity(generator.generateKeyPair());
        assertThrows(SshException.class, () -> session.auth().verify(PATIENCE));
      }
      assertThrows(SshException.class, () -> logIn(keyed, "a guess").close());
    }
  }

  @Test
  void anAddressThatOthersReachIsRefused() throws Exception {
    Result result = dist.run("serve", "api_server", "--shell-port", "0", "--shell-host", "0.0.0.0");
    assertEquals(2, result.exitCode(), result::out);
    assertTrue(result.err().contains("127.0.0.1 and ::1 only"), result::err);
  }

  @Test
  void theClientTalksWithTheServerAboutAPicture() throws Exception {
    Result result =
        dist.pipe(
            Scenes.NUMBER.question(),
            "serve",
            "api_client",
            server.base(),
            "--image",
            Scenes.NUMBER.path(),
            "--temperature",
            "0");
    assertEquals(0, result.exitCode(), result::err);
    assertEquals(Scenes.NUMBER.answer(), result.out().strip());
  }

  @Test
  void gradioTellsThePageOfARunningServer() throws Exception {
    Result result = dist.run("serve", "gradio", server.base());
    assertEquals(0, result.exitCode(), result::err);
    assertEquals("Web page of tiny-internvl2: " + server.base() + "/", result.out().strip());
  }

  private static ClientSession logIn(RemoteServer to, String password) throws IOException {
    ClientSession session = connect(to);
    try {
      session.addPasswordIdentity(password);
      session.auth().verify(PATIENCE);
      return session;
    } catch (IOException e) {
      session.close();
      throw e;
    }
  }

  private static ClientSession connect(RemoteServer to) throws IOException {
    return CLIENT.connect("anybody", "127.0.0.1", to.shellPort()).verify(PATIENCE).getSession();
  }

  private static Result execute(ClientSession session, String command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (ChannelExec channel = session.createExecChannel(command)) {
      channel.setOut(out);
      channel.setErr(err);
      channel.open().verify(PATIENCE);
      channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
      return new Result(
          channel.getExitStatus(),
          out.toString(StandardCharsets.UTF_8),
          err.toString(StandardCharsets.UTF_8));
    }
  }

  private static void type(OutputStream keys, String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  /** Waits until something is on the screen, which is then wiped. */
  private static void await(ByteArrayOutputStream screen, String text) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!screen.toString(StandardCharsets.UTF_8).contains(text)) {
      assertFalse(
          System.nanoTime() > end,
          () -> text + " did not appear, but " + screen.toString(StandardCharsets.UTF_8));
      Thread.sleep(50);
    }
    screen.reset();
  }
}

package org.lmdeploy.shell.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.InvalidRequestException;

class ReplTest {
  private final EchoModel model = new EchoModel();
  private final Conversation conversation =
      new Conversation(model.served(), GenerationConfig.builder().build());
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Lines input = new Lines();

  @Test
  void everyTurnCarriesTheOnesBefore() throws Exception {
    run(false, "one two", "three");
    assertEquals("one two\nthree\n", out.toString(StandardCharsets.UTF_8));
    assertEquals(List.of("user one two", "assistant one two", "user three"), said(1));
  }

  @Test
  void resetForgets() throws Exception {
    run(false, "one", "/reset", "two");
    assertEquals(List.of("user two"), said(1));
  }

  @Test
  void exitLeavesTheRestUnread() throws Exception {
    run(false, "/exit", "one");
    assertEquals(0, model.asked.size());
  }

  @Test
  void anImageGoesWithTheNextMessageOnly(@TempDir Path folder) throws Exception {
    Path image = Files.write(folder.resolve("a b.png"), new byte[] {1});
    run(false, "/image " + image, "what", "and");
    assertEquals(1, model.asked.get(0).getLast().images().size());
    assertEquals(0, model.asked.get(1).getLast().images().size());
    assertEquals(List.of("> ", "(1 image) > ", "> ", "> "), input.prompts);
  }

  @Test
  void aRefusedMessageIsToldAndForgotten() throws Exception {
    run(false, "refuse", "one");
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("refused"));
    assertEquals(List.of("user one"), said(1));
  }

  @Test
  void whereNobodyWatchesTheFirstErrorEndsIt() {
    assertThrows(InvalidRequestException.class, () -> run(true, "refuse", "one"));
    assertThrows(InvalidRequestException.class, () -> run(true, "/image nowhere.png"));
    assertThrows(InvalidRequestException.class, () -> run(true, "/nonsense"));
    assertEquals(1, model.asked.size());
  }

  @Test
  void anInterruptedAnswerStaysAsFarAsItCame() throws Exception {
    FinishReason reason = conversation.say("forever", piece -> conversation.interrupt());
    assertEquals(FinishReason.ABORT, reason);
    run(false, "on");
    assertEquals(List.of("user forever", "assistant forever", "user on"), said(1));
  }

  private void run(boolean failFast, String... lines) throws InterruptedException, IOException {
    input.lines.clear();
    input.lines.addAll(List.of(lines));
    try (PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      new Repl(conversation, input, to, errors, failFast).run();
    }
  }

  private List<String> said(int turn) {
    return model.asked.get(turn).stream().map(ReplTest::text).toList();
  }

  private static String text(ChatMessage message) {
    return message.role() + " " + message.text();
  }

  private static final class Lines implements Input {
    final Deque<String> lines = new ArrayDeque<>();
    final List<String> prompts = new ArrayList<>();

    @Override
    public Optional<String> next(String prompt) {
      prompts.add(prompt);
      return Optional.ofNullable(lines.poll());
    }

    @Override
    public void onInterrupt(Runnable action) {}

    @Override
    public void close() {}
  }
}

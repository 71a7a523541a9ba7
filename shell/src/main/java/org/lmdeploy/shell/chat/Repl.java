package org.lmdeploy.shell.chat;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;

/** Reads messages and commands, and prints answers as they come. */
public final class Repl {
  private static final String HELP =
      """
      /image PATH   an image for the next message: a file, or an http(s) or data address
      /reset        forget the conversation
      /exit         leave (so does the end of the input, Ctrl-D)
      /help         this text
      On a terminal a message ends with its line; put \""" before and after several lines.
      In a pipe all lines between two commands are one message. Ctrl-C ends an answer.\
      """;

  private final Dialogue conversation;
  private final Input input;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean failFast;

  /**
   * @param failFast whether the first error ends the conversation, as it must where nobody watches
   */
  public Repl(
      Dialogue conversation, Input input, PrintStream out, PrintStream err, boolean failFast) {
    this.conversation = conversation;
    this.input = input;
    this.out = out;
    this.err = err;
    this.failFast = failFast;
  }

  /** Names of the commands, for completion. */
  public static List<String> commands() {
    return List.of("/image", "/reset", "/exit", "/help");
  }

  /** Whether a line is a command and no message. */
  public static boolean isCommand(String line) {
    return commands().contains(word(line));
  }

  /** Runs until the input ends or the person leaves. */
  public void run() throws InterruptedException {
    input.onInterrupt(conversation::interrupt);
    for (Optional<String> line = input.next(prompt());
        line.isPresent();
        line = input.next(prompt())) {
      String text = line.get();
      if (text.isEmpty()) {
        continue;
      }
      if (isCommand(text) && word(text).equals("/exit")) {
        return;
      }
      try {
        take(text);
      } catch (LmDeployException e) {
        if (failFast) {
          throw e;
        }
        err.println(e.getMessage());
      }
    }
  }

  private void take(String text) throws InterruptedException {
    if (isCommand(text)) {
      command(word(text), text.strip().substring(word(text).length()).strip());
    } else if (text.startsWith("/") && text.indexOf('/', 1) < 0 && text.indexOf(' ') < 0) {
      throw new InvalidRequestException(
          "command", "There is no command " + text + "; /help lists them.");
    } else {
      answer(text);
    }
  }

  private void command(String name, String argument) {
    switch (name) {
      case "/image" -> conversation.addImage(argument);
      case "/reset" -> conversation.reset();
      default -> err.println(HELP);
    }
  }

  private void answer(String text) throws InterruptedException {
    FinishReason reason =
        conversation.say(
            text,
            piece -> {
              out.print(piece);
              out.flush();
            });
    out.println();
    switch (reason) {
      case LENGTH -> err.println("(The answer was cut off: it reached the most tokens allowed.)");
      case ABORT -> err.println("(interrupted)");
      default -> {
        // the answer is complete
      }
    }
  }

  private String prompt() {
    int images = conversation.pendingImages();
    return images == 0 ? "> " : "(" + images + (images == 1 ? " image" : " images") + ") > ";
  }

  private static String word(String line) {
    return line.strip().split("\\s", 2)[0];
  }
}

package org.lmdeploy.shell.chat;

import java.util.function.Consumer;
import org.lmdeploy.api.engine.FinishReason;

/**
 * A conversation of several turns with some model. One thread speaks; any thread may interrupt.
 * What goes wrong is told by a {@link org.lmdeploy.api.error.LmDeployException}.
 */
public interface Dialogue {
  /** An image for the next message: a file's path or an address. */
  void addImage(String pathOrUrl);

  /** Images that the next message will carry. */
  int pendingImages();

  /** Forgets everything said so far. */
  void reset();

  /**
   * Says something, with the images added since the last message, and gives the answer piece by
   * piece as it comes. An answer that is interrupted stays in the conversation as far as it came; a
   * message that was refused does not.
   *
   * @return why the answer ended
   */
  FinishReason say(String text, Consumer<String> answer) throws InterruptedException;

  /** Ends the answer that is being given, if there is one. */
  void interrupt();
}

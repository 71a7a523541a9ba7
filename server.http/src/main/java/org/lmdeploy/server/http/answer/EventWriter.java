package org.lmdeploy.server.http.answer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Sends server-sent events, each flushed at once. Safe for many threads. */
public interface EventWriter {
  /** Sends an event without a type. */
  void event(Consumer<OutputStream> data) throws IOException;

  /** Sends an event of a type. */
  void event(String type, Consumer<OutputStream> data) throws IOException;

  /** Sends {@code [DONE]}, with which OpenAI's older streams end. */
  void done() throws IOException;
}

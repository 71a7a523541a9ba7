package org.lmdeploy.server.http.internal;

import java.io.IOException;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.Usage;

/**
 * Sends the answers as they are made.
 *
 * @param events the client
 * @param writer writes the protocol's events
 */
record StreamSink(EventStream events, AnswerWriter writer) implements AnswerSink {
  @Override
  public void begin() throws IOException {
    events.open();
    writer.begin(events);
  }

  @Override
  public void chunk(int choice, AnswerChunk chunk) throws IOException {
    writer.chunk(events, choice, chunk);
  }

  @Override
  public void end(Usage usage) throws IOException {
    writer.end(events, usage);
  }
}

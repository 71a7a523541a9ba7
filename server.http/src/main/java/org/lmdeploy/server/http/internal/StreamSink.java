package org.lmdeploy.server.http.internal;

import java.io.IOException;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.openai.AnswerJson;
import org.lmdeploy.server.http.openai.GenerationPlan;
import org.lmdeploy.server.http.openai.Usage;

/** Sends the answers as they are made. */
final class StreamSink implements AnswerSink {
  private final EventStream events;
  private final GenerationPlan plan;
  private final AnswerJson answer;

  StreamSink(EventStream events, GenerationPlan plan) {
    this.events = events;
    this.plan = plan;
    this.answer = new AnswerJson(plan);
  }

  @Override
  public void begin() throws IOException {
    events.open();
    for (int i = 0; i < plan.choices().size(); i++) {
      int index = i;
      if (answer.hasStart(index)) {
        events.event(out -> answer.writeStart(out, index));
      }
    }
  }

  @Override
  public void chunk(int choice, AnswerChunk chunk) throws IOException {
    if (AnswerJson.hasDelta(chunk)) {
      events.event(out -> answer.writeDelta(out, choice, chunk));
    }
    if (chunk.end().isPresent()) {
      events.event(out -> answer.writeFinish(out, choice, chunk.end().get()));
    }
  }

  @Override
  public void end(Usage usage) throws IOException {
    if (plan.includeUsage()) {
      events.event(out -> answer.writeUsage(out, usage));
    }
    events.done();
  }
}

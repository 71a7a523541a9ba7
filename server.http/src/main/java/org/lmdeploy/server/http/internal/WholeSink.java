package org.lmdeploy.server.http.internal;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;

/** Collects the answers and sends them together. */
final class WholeSink implements AnswerSink {
  private final HttpServletResponse response;
  private final GenerationPlan plan;
  private final List<WholeChoice> choices;

  WholeSink(HttpServletResponse response, GenerationPlan plan) {
    this.response = response;
    this.plan = plan;
    this.choices = Stream.generate(WholeChoice::new).limit(plan.choices().size()).toList();
  }

  @Override
  public void begin() {
    // nothing is sent until all is known
  }

  @Override
  public void chunk(int choice, AnswerChunk chunk) {
    choices.get(choice).add(chunk);
  }

  @Override
  public void end(Usage usage) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    plan.writer().whole(body, choices, usage);
    Responses.json(response, HttpServletResponse.SC_OK, body);
  }
}

package org.lmdeploy.server.http.lmdeploy;

import java.io.OutputStream;
import java.util.List;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.server.http.answer.AnswerChunk;
import org.lmdeploy.server.http.answer.AnswerWriter;
import org.lmdeploy.server.http.answer.EventWriter;
import org.lmdeploy.server.http.answer.RequestError;
import org.lmdeploy.server.http.answer.Usage;
import org.lmdeploy.server.http.answer.WholeChoice;
import org.lmdeploy.server.http.json.JsonWriting;
import org.lmdeploy.server.http.openai.TokenTexts;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code /get_ppl}, which is never streamed. */
final class PplJson implements AnswerWriter {
  private GenerationStream stream;

  GenerationStream opened(GenerationStream opened) {
    stream = opened;
    return opened;
  }

  @Override
  public void begin(EventWriter events) {
    throw neverStreamed();
  }

  @Override
  public void chunk(EventWriter events, int choice, AnswerChunk chunk) {
    throw neverStreamed();
  }

  @Override
  public void end(EventWriter events, Usage usage) {
    throw neverStreamed();
  }

  @Override
  public void error(EventWriter events, RequestError error) {
    throw neverStreamed();
  }

  private static IllegalStateException neverStreamed() {
    return new IllegalStateException("a perplexity has no stream");
  }

  @Override
  public void whole(OutputStream out, List<WholeChoice> answers, Usage usage) {
    double sum = 0;
    for (TokenLogprobs entry : stream.promptLogprobs()) {
      sum -= TokenTexts.finite(entry.logprob());
    }
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeNumberProperty("ppl", sum / stream.promptLogprobs().size());
      json.writeEndObject();
    }
  }
}

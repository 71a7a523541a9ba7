package org.lmdeploy.server.http.anthropic;

import java.io.OutputStream;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.answer.DirectEndpoint;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.JsonWriting;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /v1/messages/count_tokens}: the tokens of a question, those of its images included.
 *
 * @param manager the models
 * @param media which images a request may bring
 */
public record CountTokensEndpoint(ModelManager manager, MediaPolicy media)
    implements DirectEndpoint {
  @Override
  public void answer(Fields body, OutputStream out) {
    MessagesRequest request = MessagesRequest.read(body, manager, media, false);
    body.flag("stream", false);
    body.refuseUnknown();
    int tokens = request.conversation().promptTokens();
    try (JsonGenerator json = JsonWriting.generator(out)) {
      json.writeStartObject();
      json.writeNumberProperty("input_tokens", tokens);
      json.writeEndObject();
    }
  }
}

package org.lmdeploy.server.http.anthropic;

import java.util.List;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;

/**
 * {@code /v1/messages}.
 *
 * @param manager the models
 * @param media which images a request may bring
 */
public record MessagesEndpoint(ModelManager manager, MediaPolicy media) implements Endpoint {
  @Override
  public GenerationPlan plan(Fields body) {
    MessagesRequest request = MessagesRequest.read(body, manager, media, true);
    boolean stream = body.flag("stream", false);
    body.refuseUnknown();
    return new GenerationPlan(
        List.of(request.conversation().choice(request.config())),
        stream,
        new MessageWriter(
            request.model().name(), request.conversation()::promptTokens, request.stopSequences()));
  }
}

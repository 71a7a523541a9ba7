package org.lmdeploy.server.http.lmdeploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.answer.Endpoint;
import org.lmdeploy.server.http.answer.GenerationPlan;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.MediaFields;
import org.lmdeploy.server.http.openai.Sampling;
import org.lmdeploy.server.http.openai.ServedModels;
import org.lmdeploy.server.http.openai.TokenIds;
import org.lmdeploy.server.http.openai.UnbuiltFields;

/**
 * LMDeploy's {@code /generate}: continues a text or token ids, without a template.
 *
 * @param manager the models
 * @param media which images a request may bring
 */
public record GenerateEndpoint(ModelManager manager, MediaPolicy media) implements Endpoint {
  private static final int DEFAULT_MAX_TOKENS = 128;

  @Override
  public GenerationPlan plan(Fields body) {
    ServedModel model = ServedModels.of(body, manager);
    boolean stream = body.flag("stream", false);
    boolean logprobs = body.flag("return_logprob", false);
    GenerationConfig config =
        Sampling.build(Sampling.read(body, model, DEFAULT_MAX_TOKENS).logprobs(logprobs ? 0 : -1));
    Supplier<GenerationStream> question = question(body, model, config);
    UnbuiltFields.refuse(body, Map.of());
    body.refuseUnknown();
    GenerateJson answer = new GenerateJson(logprobs);
    GenerationPlan.Choice choice =
        new GenerationPlan.Choice(0, "", () -> answer.opened(question.get()));
    return new GenerationPlan(List.of(choice), stream, answer);
  }

  private Supplier<GenerationStream> question(
      Fields body, ServedModel model, GenerationConfig config) {
    List<ImagePart> images = MediaFields.read(body).images(body, "image_data");
    Optional<String> prompt = body.value("prompt").map(node -> Values.text("prompt", node));
    Optional<int[]> ids = TokenIds.read(body, "input_ids", model);
    if (prompt.isPresent() == ids.isPresent()) {
      throw new InvalidRequestException(
          "prompt", "exactly one of prompt and input_ids must be given");
    }
    if (ids.isPresent()) {
      return () -> model.prepareIds(ids.get(), images, media).generate(config);
    }
    String text = prompt.orElseThrow();
    if (text.isEmpty()) {
      throw Problems.wrong(
          "prompt", body.value("prompt").orElseThrow(), "a text that is not empty");
    }
    if (images.isEmpty()) {
      return () -> model.complete(text, config);
    }
    List<ContentPart> parts = new ArrayList<>(images);
    parts.add(new TextPart(text));
    ChatRequest request =
        new ChatRequest(
            List.of(new ChatMessage("user", parts)), config, List.of(), Map.of(), media);
    return () -> model.prepareUntemplated(request).generate(config);
  }
}

package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationRequest;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.image.RgbImage;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ProcessedImage;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.api.template.TemplateInput;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.MediaPolicy;

/** From a conversation to a request of the engine; everything wrong with it is found here. */
final class RequestPreparer {
  private final String modelName;
  private final ChatTemplate template;
  private final Tokenizer tokenizer;
  private final ImageProcessor images;
  private final EndTokens ends;
  private final ImageLoader loader;
  private final OutputFormats formats;

  /**
   * @param images how the family prepares images, or null if the model takes none
   */
  RequestPreparer(
      String modelName,
      ChatTemplate template,
      Tokenizer tokenizer,
      ImageProcessor images,
      EndTokens ends,
      ImageLoader loader,
      OutputFormats formats) {
    this.modelName = modelName;
    this.template = template;
    this.tokenizer = tokenizer;
    this.images = images;
    this.ends = ends;
    this.loader = loader;
    this.formats = formats;
  }

  boolean takesImages() {
    return images != null;
  }

  Prompt prepare(ChatRequest request) {
    if (request.messages().isEmpty()) {
      throw new InvalidRequestException("messages", "messages is empty; at least one is needed");
    }
    List<ImagePart> parts = request.messages().stream().flatMap(m -> m.images().stream()).toList();
    if (!parts.isEmpty() && images == null) {
      throw new UnsupportedFeatureException(
          "messages", "the model " + modelName + " takes no images; send text alone");
    }
    List<PromptPiece> pieces = render(request);
    List<ProcessedImage> processed = new ArrayList<>();
    for (ImagePart part : parts) {
      processed.add(process(part, request.media()));
    }
    return PromptBuilder.build(pieces, processed, images, tokenizer);
  }

  /** A conversation's prompt with the template's own ends of an answer. */
  GenerationRequest request(Prompt prompt, GenerationConfig config) {
    return new GenerationRequest(
        prompt.ids(), prompt.images(), ended(config), formats.constraint(config));
  }

  /** A text without a template. */
  GenerationRequest request(String prompt, GenerationConfig config) {
    return request(tokenizer.encode(prompt, true), config);
  }

  /** Token ids as they are. */
  GenerationRequest request(int[] promptIds, GenerationConfig config) {
    return new GenerationRequest(promptIds, List.of(), config, formats.constraint(config));
  }

  private List<PromptPiece> render(ChatRequest request) {
    Map<String, Object> variables = new HashMap<>(request.templateVariables());
    variables.put("bos_token", tokenizer.bosToken().orElse(""));
    variables.put("eos_token", tokenizer.eosToken().orElse(""));
    List<ChatMessage> messages = request.messages();
    return template.render(
        new TemplateInput(
            messages,
            images == null ? "" : images.marker(),
            images == null ? "" : images.builtInPrefix(),
            request.tools(),
            variables));
  }

  private ProcessedImage process(ImagePart part, MediaPolicy policy) {
    RgbImage image = loader.load(part.source(), policy);
    return images.process(image, part);
  }

  private GenerationConfig ended(GenerationConfig config) {
    if (ends.words().isEmpty() || config.ignoreEos()) {
      return config;
    }
    List<String> words = new ArrayList<>(config.stopWords());
    words.addAll(ends.words());
    return config.toBuilder().stopWords(words).build();
  }
}

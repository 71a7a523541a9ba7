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
import org.lmdeploy.runtime.ChatHistory;
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

  /** A conversation after what was computed of it before, which may be nothing. */
  Prompt prepare(ChatHistory before, ChatRequest request) {
    List<ImagePart> parts = images(request);
    if (before.messages().isEmpty()) {
      List<PromptPiece> pieces = render(request.messages(), request);
      List<ProcessedImage> processed = process(parts, request.media());
      return PromptBuilder.build(pieces, processed, images, tokenizer);
    }
    Continuation continuation = Continuation.of(before);
    List<PromptPiece> rendered = render(continuation.messages(request.messages()), request);
    List<PromptPiece> pieces = continuation.behind(rendered, parts.size());
    List<ProcessedImage> processed = process(parts, request.media());
    Prompt known = new Prompt(before.ids(), before.images(), "");
    return PromptBuilder.append(known, pieces, processed, images, tokenizer);
  }

  /** A conversation without a template. */
  Prompt prepareUntemplated(ChatRequest request) {
    List<ImagePart> parts = images(request);
    String prefix = images == null ? "" : images.builtInPrefix();
    List<PromptPiece> pieces = Untemplated.pieces(request.messages(), prefix);
    return PromptBuilder.build(pieces, process(parts, request.media()), images, tokenizer);
  }

  /** Token ids with images. */
  Prompt prepareIds(int[] ids, List<ImagePart> parts, MediaPolicy media) {
    requireImages(parts, "image_data");
    return parts.isEmpty()
        ? new Prompt(ids.clone(), List.of(), "")
        : PlacedIds.of(ids, process(parts, media), images);
  }

  private List<ImagePart> images(ChatRequest request) {
    if (request.messages().isEmpty()) {
      throw new InvalidRequestException("messages", "messages is empty; at least one is needed");
    }
    List<ImagePart> parts = request.messages().stream().flatMap(m -> m.images().stream()).toList();
    requireImages(parts, "messages");
    return parts;
  }

  private void requireImages(List<ImagePart> parts, String field) {
    if (!parts.isEmpty() && images == null) {
      throw new UnsupportedFeatureException(
          field, "the model " + modelName + " takes no images; send text alone");
    }
  }

  /** A conversation's prompt with the template's own ends of an answer. */
  GenerationRequest request(Prompt prompt, GenerationConfig config) {
    return new GenerationRequest(
        prompt.ids(), prompt.images(), ended(config), formats.constraint(config));
  }

  /** A prompt whose answer ends as the model ends it, without the template's own ends. */
  GenerationRequest untemplated(Prompt prompt, GenerationConfig config) {
    return new GenerationRequest(prompt.ids(), prompt.images(), config, formats.constraint(config));
  }

  /** A text without a template. */
  GenerationRequest request(String prompt, GenerationConfig config) {
    return request(tokenizer.encode(prompt, true), config);
  }

  /** Token ids as they are. */
  GenerationRequest request(int[] promptIds, GenerationConfig config) {
    return new GenerationRequest(promptIds, List.of(), config, formats.constraint(config));
  }

  private List<PromptPiece> render(List<ChatMessage> messages, ChatRequest request) {
    Map<String, Object> variables = new HashMap<>(request.templateVariables());
    variables.put("bos_token", tokenizer.bosToken().orElse(""));
    variables.put("eos_token", tokenizer.eosToken().orElse(""));
    return template.render(
        new TemplateInput(
            messages,
            images == null ? "" : images.marker(),
            images == null ? "" : images.builtInPrefix(),
            request.tools(),
            variables));
  }

  private List<ProcessedImage> process(List<ImagePart> parts, MediaPolicy policy) {
    List<ProcessedImage> processed = new ArrayList<>();
    for (ImagePart part : parts) {
      RgbImage image = loader.load(part.source(), policy);
      processed.add(images.process(image, part));
    }
    return processed;
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

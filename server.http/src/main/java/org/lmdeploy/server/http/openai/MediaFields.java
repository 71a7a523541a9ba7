package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/**
 * LMDeploy's fields about images beside the messages.
 *
 * @param maxDynamicPatch the most tiles of an image that says nothing itself ({@code
 *     mm_processor_kwargs})
 */
public record MediaFields(OptionalInt maxDynamicPatch) {
  /** Reads {@code mm_processor_kwargs}; {@code media_io_kwargs} may only ask for nothing. */
  public static MediaFields read(Fields body) {
    UnbuiltFields.refuse(body, "media_io_kwargs", MediaFields::isEmpty);
    Fields kwargs = body.object("mm_processor_kwargs").orElse(null);
    if (kwargs == null) {
      return new MediaFields(OptionalInt.empty());
    }
    UnbuiltFields.refuse(kwargs, "video", MediaFields::isEmpty);
    UnbuiltFields.refuse(kwargs, "audio", MediaFields::isEmpty);
    OptionalInt patches = OptionalInt.empty();
    Fields image = kwargs.object("image").orElse(null);
    if (image != null) {
      UnbuiltFields.refuse(image, "min_pixels", node -> false);
      UnbuiltFields.refuse(image, "max_pixels", node -> false);
      patches = ContentReader.patches(image);
      image.refuseUnknown();
    }
    kwargs.refuseUnknown();
    return new MediaFields(patches);
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isObject() && node.valueStream().allMatch(MediaFields::isEmpty);
  }

  /** The images of a field: an address, an object with a {@code url}, or a list of either. */
  public List<ImagePart> images(Fields body, String field) {
    JsonNode node = body.value(field).orElse(null);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      return List.of(of(ContentReader.image(body.name(field), node)));
    }
    List<ImagePart> images = new ArrayList<>();
    for (JsonNode item : Values.list(body.name(field), node, "a list", Limits.MESSAGES)) {
      images.add(of(ContentReader.image(body.name(field) + "[" + images.size() + "]", item)));
    }
    return images;
  }

  /** A message whose images have these wishes where they have none. */
  public ChatMessage of(ChatMessage message) {
    List<ContentPart> parts = new ArrayList<>();
    for (ContentPart part : message.parts()) {
      parts.add(part instanceof ImagePart image ? of(image) : part);
    }
    return message.withParts(parts);
  }

  /** An image with these wishes where it has none. */
  public ImagePart of(ImagePart image) {
    return maxDynamicPatch.isEmpty() || image.maxDynamicPatch().isPresent()
        ? image
        : new ImagePart(image.source(), image.detail(), maxDynamicPatch);
  }
}

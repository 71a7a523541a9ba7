package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** Reads the content of a message: a text, or texts and images in any order. */
public final class ContentReader {
  private static final int MAX_PATCHES = 1024;
  private static final Set<String> KNOWN_ELSEWHERE =
      Set.of("input_audio", "audio_url", "video_url", "file", "refusal", "image_data");

  private ContentReader() {}

  static List<ContentPart> read(String name, JsonNode content) {
    if (content.isString()) {
      return List.of(new TextPart(Values.text(name, content)));
    }
    List<ContentPart> parts = new ArrayList<>();
    JsonNode list = Values.list(name, content, "a string or a list of parts", Limits.MESSAGES);
    for (JsonNode part : list) {
      parts.add(part(Fields.of(part, name + "[" + parts.size() + "]")));
    }
    if (parts.isEmpty()) {
      throw Problems.wrong(name, content, "a string or a list of at least one part");
    }
    return parts;
  }

  private static ContentPart part(Fields part) {
    JsonNode type =
        part.value("type")
            .orElseThrow(() -> Problems.missing(part.name("type"), "\"text\" or \"image_url\""));
    String name = part.name("type");
    ContentPart content =
        switch (Values.text(name, type)) {
          case "text" ->
              new TextPart(
                  part.text("text")
                      .orElseThrow(() -> Problems.missing(part.name("text"), "a string")));
          case "image_url" -> image(part);
          case String other when KNOWN_ELSEWHERE.contains(other) ->
              throw UnbuiltFields.unsupported(name, type);
          default -> throw Problems.wrong(name, type, "\"text\" or \"image_url\"");
        };
    part.refuseUnknown();
    return content;
  }

  private static ImagePart image(Fields part) {
    String name = part.name("image_url");
    return image(
        name,
        part.value("image_url").orElseThrow(() -> Problems.missing(name, "an object with a url")));
  }

  /** An image: an address, or an object with a {@code url}. */
  static ImagePart image(String name, JsonNode node) {
    if (node.isString()) {
      return new ImagePart(source(name, Values.text(name, node)));
    }
    Fields image = Fields.of(node, name);
    String url =
        image
            .text("url")
            .orElseThrow(
                () -> Problems.missing(image.name("url"), "a data:, http: or https: address"));
    ImagePart.Detail detail =
        image.value("detail").map(value -> detail(image, value)).orElse(ImagePart.Detail.AUTO);
    OptionalInt patches = patches(image);
    image.refuseUnknown();
    return new ImagePart(source(image.name("url"), url), detail, patches);
  }

  static OptionalInt patches(Fields image) {
    return image.integer("max_dynamic_patch", 1, MAX_PATCHES);
  }

  /**
   * How fine an image is looked at.
   *
   * @param image the fields with {@code detail} among them
   */
  public static ImagePart.Detail detail(Fields image, JsonNode value) {
    String name = image.name("detail");
    return switch (Values.text(name, value)) {
      case "auto" -> ImagePart.Detail.AUTO;
      case "low" -> ImagePart.Detail.LOW;
      case "medium" -> ImagePart.Detail.MEDIUM;
      case "high" -> ImagePart.Detail.HIGH;
      default -> throw Problems.wrong(name, value, "\"auto\", \"low\", \"medium\" or \"high\"");
    };
  }

  /**
   * An image's address.
   *
   * @param name the field, for errors
   */
  public static ImageSource source(String name, String url) {
    if (hasScheme(url, "data:") || hasScheme(url, "http://") || hasScheme(url, "https://")) {
      return new ImageSource.Url(url);
    }
    throw new InvalidRequestException(
        name,
        name
            + " is \""
            + Problems.shown(url)
            + "\"; images are taken from data:, http: and https: addresses only");
  }

  private static boolean hasScheme(String url, String scheme) {
    return url.regionMatches(true, 0, scheme, 0, scheme.length());
  }
}

package org.lmdeploy.server.http.anthropic;

import java.util.List;
import java.util.Set;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import tools.jackson.databind.JsonNode;

/** Reads blocks of text and images. */
final class BlockReader {
  /** Most blocks of a message. */
  static final int MOST = 10_000;

  /** Where the prompt may be cached: the prefix cache finds that out by itself. */
  static final List<String> LABELS = List.of("cache_control", "citations");

  private static final Set<String> KNOWN_ELSEWHERE =
      Set.of("document", "search_result", "container_upload", "redacted_thinking");

  private BlockReader() {}

  /** A text, or the parts of a list of blocks. */
  static List<ContentPart> parts(String name, JsonNode content) {
    if (content.isString()) {
      return List.of(new TextPart(Values.text(name, content)));
    }
    List<ContentPart> parts = new java.util.ArrayList<>();
    for (JsonNode block : Values.list(name, content, "a string or a list of blocks", MOST)) {
      Fields fields = Fields.of(block, name + "[" + parts.size() + "]");
      parts.add(part(fields, Required.text(fields, "type", "\"text\" or \"image\"")));
      fields.refuseUnknown();
    }
    return parts;
  }

  /** A block of text or an image. */
  static ContentPart part(Fields block, String type) {
    block.acceptLabels(LABELS);
    return switch (type) {
      case "text" -> new TextPart(Required.text(block, "text", "a string"));
      case "image" -> new ImagePart(source(Required.object(block, "source")));
      default -> throw wrongType(block, type, "\"text\" or \"image\"");
    };
  }

  static RuntimeException wrongType(Fields block, String type, String right) {
    String name = block.name("type");
    if (KNOWN_ELSEWHERE.contains(type)) {
      return new UnsupportedFeatureException(
          name, name + " is \"" + type + "\", which is not supported");
    }
    return new InvalidRequestException(
        name, name + " is \"" + Problems.shown(type) + "\"; it must be " + right);
  }

  private static ImageSource source(Fields source) {
    String type = Required.text(source, "type", "\"base64\" or \"url\"");
    ImageSource read =
        switch (type) {
          case "base64" -> {
            String media = Required.text(source, "media_type", "for example \"image/png\"");
            if (!media.matches("image/[a-z0-9.+-]{1,40}")) {
              throw new InvalidRequestException(
                  source.name("media_type"),
                  source.name("media_type")
                      + " is \""
                      + Problems.shown(media)
                      + "\"; it must be that of an image, for example \"image/png\"");
            }
            String data = Required.text(source, "data", "the image's bytes in base64");
            yield new ImageSource.Url("data:" + media + ";base64," + data);
          }
          case "url" -> url(source);
          default -> throw wrongType(source, type, "\"base64\" or \"url\"");
        };
    source.refuseUnknown();
    return read;
  }

  private static ImageSource url(Fields source) {
    String url = Required.text(source, "url", "an http: or https: address");
    if (url.startsWith("http://") || url.startsWith("https://")) {
      return new ImageSource.Url(url);
    }
    throw new InvalidRequestException(
        source.name("url"),
        source.name("url")
            + " is \""
            + Problems.shown(url)
            + "\"; it must be an http: or https: address");
  }
}

package org.lmdeploy.server.http.responses;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import org.lmdeploy.server.http.json.Values;
import org.lmdeploy.server.http.openai.ContentReader;
import tools.jackson.databind.JsonNode;

/** Reads the content of an item: a text, or texts and images. */
final class InputParts {
  private static final int MOST = 10_000;

  private InputParts() {}

  static List<ContentPart> read(Fields item, String field) {
    String name = item.name(field);
    JsonNode content =
        item.value(field).orElseThrow(() -> Problems.missing(name, "a string or a list of parts"));
    if (content.isString()) {
      return List.of(new TextPart(Values.text(name, content)));
    }
    List<ContentPart> parts = new ArrayList<>();
    for (JsonNode part : Values.list(name, content, "a string or a list of parts", MOST)) {
      parts.add(part(Fields.of(part, name + "[" + parts.size() + "]")));
    }
    if (parts.isEmpty()) {
      throw Problems.wrong(name, content, "a string or a list of at least one part");
    }
    return parts;
  }

  private static ContentPart part(Fields part) {
    String type =
        part.text("type")
            .orElseThrow(
                () -> Problems.missing(part.name("type"), "\"input_text\" or \"input_image\""));
    ContentPart read =
        switch (type) {
          case "input_text" -> text(part);
          case "output_text" -> {
            part.acceptLabels(List.of("annotations", "logprobs"));
            yield text(part);
          }
          case "input_image" -> image(part);
          default ->
              throw new UnsupportedFeatureException(
                  part.name("type"),
                  part.name("type")
                      + " is \""
                      + Problems.shown(type)
                      + "\"; input_text, input_image and output_text are known");
        };
    part.refuseUnknown();
    return read;
  }

  private static ContentPart text(Fields part) {
    return new TextPart(
        part.text("text").orElseThrow(() -> Problems.missing(part.name("text"), "a string")));
  }

  private static ContentPart image(Fields part) {
    String name = part.name("image_url");
    String url =
        part.text("image_url")
            .orElseThrow(
                () ->
                    Problems.missing(name, "a data:, http: or https: address; files are not kept"));
    return new ImagePart(
        ContentReader.source(name, url),
        part.value("detail")
            .map(detail -> ContentReader.detail(part, detail))
            .orElse(ImagePart.Detail.AUTO),
        OptionalInt.empty());
  }
}

package org.lmdeploy.template;

import java.util.List;
import java.util.Map;

/** The ways in which a Jinja template may take the content of a message. */
enum ContentForm {
  /** A text. */
  STRING {
    @Override
    Object text(String text) {
      return text;
    }
  },
  /**
   * A list of parts; an image is {@code {"type": "image"}}, as transformers' processors want it.
   */
  PARTS {
    @Override
    Object text(String text) {
      return List.of(Map.of("type", "text", "text", text));
    }
  },
  /** A list of parts; an image is {@code {"type": "image_url"}}, as in OpenAI's requests. */
  URL_PARTS {
    @Override
    Object text(String text) {
      return PARTS.text(text);
    }

    @Override
    Map<String, Object> image() {
      return Map.of("type", "image_url", "image_url", Map.of("url", ""));
    }
  };

  /** A content of one text. */
  abstract Object text(String text);

  /** The part that stands for an image. */
  Map<String, Object> image() {
    return Map.of("type", "image");
  }
}

package org.lmdeploy.template;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lmdeploy.template.jinja.JinjaException;

/**
 * How a Jinja template takes contents, found out by rendering small conversations with it: some
 * take texts, some lists of parts, some both, and nothing in a checkpoint says which.
 *
 * @param texts the form for messages without images
 * @param images the form for messages with images
 * @param printsImages whether the template prints its marker for an image in that form
 */
record TemplateTraits(ContentForm texts, ContentForm images, boolean printsImages) {
  private static final String PROBE = "probe4711";

  /**
   * @param marker what an image looks like in a prompt, maybe empty
   * @param render renders a conversation of one message of the user with this content
   */
  static TemplateTraits probe(String marker, Function<Object, String> render) {
    ContentForm texts =
        shows(render, ContentForm.STRING.text(PROBE))
                || !shows(render, ContentForm.PARTS.text(PROBE))
            ? ContentForm.STRING
            : ContentForm.PARTS;
    for (ContentForm form : List.of(ContentForm.PARTS, ContentForm.URL_PARTS)) {
      if (!marker.isEmpty() && printsOnce(render, marker, form)) {
        return new TemplateTraits(texts, form, true);
      }
    }
    return new TemplateTraits(texts, texts, false);
  }

  private static boolean printsOnce(
      Function<Object, String> render, String marker, ContentForm form) {
    String without = output(render, form.text(PROBE));
    Object content = List.of(form.image(), Map.of("type", "text", "text", PROBE));
    String with = output(render, content);
    return shows(render, content)
        && count(with, marker) == count(without, marker) + 1
        && count(without, marker) == 0;
  }

  /** Whether the content's text is printed, and not the content's Python form. */
  private static boolean shows(Function<Object, String> render, Object content) {
    String output = output(render, content);
    return output.contains(PROBE) && !output.contains("'type'");
  }

  private static String output(Function<Object, String> render, Object content) {
    try {
      return render.apply(content);
    } catch (JinjaException e) {
      return ""; // a form that the template does not take
    }
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}

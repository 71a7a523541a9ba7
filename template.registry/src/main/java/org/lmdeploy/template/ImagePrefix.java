package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.template.PromptPiece;

/**
 * What stands before a text for its images.
 *
 * @param one for a single image; {@link TextPart#IMAGE_TOKEN} is the image, {i} its number in the
 *     message, from 0
 * @param several for each of several images
 * @param separator between several images
 */
record ImagePrefix(String one, String several, String separator) {
  private static final String DEFAULT = TextPart.IMAGE_TOKEN + "\n";

  /** The family's form, or LMDeploy's default if the family gives none. */
  static ImagePrefix ofFamily(String prefix) {
    String form = prefix.isEmpty() ? DEFAULT : prefix;
    return new ImagePrefix(form, form, "");
  }

  List<PromptPiece> of(List<Integer> images) {
    List<PromptPiece> pieces = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      String form = (images.size() == 1 ? one : several).replace("{i}", Integer.toString(i));
      int at = form.indexOf(TextPart.IMAGE_TOKEN);
      String before = (i == 0 ? "" : separator) + form.substring(0, Math.max(0, at));
      pieces.add(new PromptPiece.Text(before));
      pieces.add(new PromptPiece.Image(images.get(i)));
      pieces.add(
          new PromptPiece.Text(at < 0 ? form : form.substring(at + TextPart.IMAGE_TOKEN.length())));
    }
    return pieces;
  }
}

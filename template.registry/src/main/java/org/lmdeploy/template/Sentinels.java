package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lmdeploy.api.template.PromptPiece;

/**
 * Carries places through a template that knows only text. Marks are made of private-use characters
 * and a number that occurs in no message, so that nothing a user writes can be taken for one.
 */
final class Sentinels {
  private static final char OPEN = '\uF8F1';
  private static final char CLOSE = '\uF8F2';

  private final String marker;
  private final String nonce;

  /**
   * @param texts all texts of the conversation
   */
  Sentinels(String marker, List<String> texts) {
    this.marker = marker;
    int number = 0;
    while (occurs(OPEN + "" + number, texts)) {
      number++;
    }
    this.nonce = OPEN + "" + number;
  }

  private static boolean occurs(String mark, List<String> texts) {
    return texts.stream().anyMatch(text -> text.contains(mark));
  }

  /** A text of the user in which the model's image marker is no image. */
  String escape(String text) {
    return marker.isEmpty() ? text : text.replace(marker, nonce + "m" + CLOSE);
  }

  /** The place of an image. */
  String place(int image) {
    return nonce + "i" + image + CLOSE;
  }

  /** Where the last message ends. */
  String end() {
    return nonce + "e" + CLOSE;
  }

  /** How often the template printed the marker. */
  int markers(String rendered) {
    int count = 0;
    for (int at = find(rendered, 0); at >= 0; at = find(rendered, at + marker.length())) {
      count++;
    }
    return count;
  }

  private int find(String rendered, int from) {
    return marker.isEmpty() ? -1 : rendered.indexOf(marker, from);
  }

  /**
   * Cuts a rendered prompt into pieces.
   *
   * @param printed numbers of the images whose markers the template printed, in order; empty if
   *     markers in the prompt are plain text
   */
  List<PromptPiece> split(String rendered, List<Integer> printed) {
    PieceBuilder out = new PieceBuilder();
    List<Integer> waiting = new ArrayList<>(printed);
    String alternatives = Pattern.quote(nonce) + "(m|i(\\d+))" + CLOSE;
    Pattern pattern =
        Pattern.compile(
            printed.isEmpty() ? alternatives : alternatives + "|" + Pattern.quote(marker));
    Matcher m = pattern.matcher(rendered);
    int position = 0;
    while (m.find()) {
      out.text(rendered.substring(position, m.start()));
      if (m.group(2) != null) {
        out.add(List.of(new PromptPiece.Image(Integer.parseInt(m.group(2)))));
      } else if (m.group(1) != null) {
        out.text(marker);
      } else {
        out.add(List.of(new PromptPiece.Image(waiting.removeFirst())));
      }
      position = m.end();
    }
    return out.text(rendered.substring(position)).build();
  }
}

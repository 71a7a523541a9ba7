package org.lmdeploy.template;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.template.PromptPiece;

/** Collects a prompt; neighbouring texts become one, so that they are tokenized as one. */
final class PieceBuilder {
  private final List<PromptPiece> pieces = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  PieceBuilder text(String more) {
    text.append(more);
    return this;
  }

  PieceBuilder add(List<PromptPiece> more) {
    for (PromptPiece piece : more) {
      switch (piece) {
        case PromptPiece.Text part -> text.append(part.text());
        case PromptPiece.Image image -> {
          flush();
          pieces.add(image);
        }
      }
    }
    return this;
  }

  /** Drops one space at the end of the last text, if there is one. */
  PieceBuilder trimEnd() {
    int last = text.length() - 1;
    if (last >= 0 && text.charAt(last) == ' ') {
      text.setLength(last);
    }
    return this;
  }

  List<PromptPiece> build() {
    flush();
    return List.copyOf(pieces);
  }

  private void flush() {
    if (!text.isEmpty()) {
      pieces.add(new PromptPiece.Text(text.toString()));
      text.setLength(0);
    }
  }
}

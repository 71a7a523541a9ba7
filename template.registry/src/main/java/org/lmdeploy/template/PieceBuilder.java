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

  /** Drops spaces at the end of the last text. */
  PieceBuilder trimEnd() {
    text.setLength(text.toString().stripTrailing().length());
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

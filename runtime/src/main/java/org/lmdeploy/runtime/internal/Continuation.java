package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.template.PromptPiece;
import org.lmdeploy.runtime.ChatHistory;

/**
 * What a template prints behind the last answer of a conversation that goes on. Templates know
 * whole conversations only, so the last answer is replaced by a mark, behind which the prompt is
 * taken.
 *
 * @param before the conversation up to the answer; not empty
 * @param mark stands for the answer, and nowhere else
 */
record Continuation(ChatHistory before, String mark) {
  static Continuation of(ChatHistory before) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return new Continuation(
        before, "answer" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()));
  }

  /** The whole conversation with the mark. */
  List<ChatMessage> messages(List<ChatMessage> next) {
    List<ChatMessage> all = new ArrayList<>(before.messages());
    all.set(all.size() - 1, ChatMessage.of("assistant", mark));
    all.addAll(next);
    return all;
  }

  /**
   * What is behind the mark; images are counted from the first one there.
   *
   * @param images how many must be there
   */
  List<PromptPiece> behind(List<PromptPiece> rendered, int images) {
    List<PromptPiece> behind = new ArrayList<>();
    boolean found = false;
    for (PromptPiece piece : rendered) {
      if (found) {
        behind.add(renumbered(piece));
      } else if (piece instanceof PromptPiece.Text(String text) && text.contains(mark)) {
        found = true;
        behind.add(new PromptPiece.Text(text.substring(text.lastIndexOf(mark) + mark.length())));
      }
    }
    List<Integer> there =
        behind.stream()
            .filter(PromptPiece.Image.class::isInstance)
            .map(piece -> ((PromptPiece.Image) piece).index())
            .toList();
    if (!found || there.size() != images || there.stream().anyMatch(index -> index < 0)) {
      throw new InvalidRequestException(
          "prompt",
          "the model's chat template cannot go on from an answer with these messages; send the"
              + " whole conversation as messages instead");
    }
    return behind;
  }

  private PromptPiece renumbered(PromptPiece piece) {
    return switch (piece) {
      case PromptPiece.Image(int index) -> new PromptPiece.Image(index - before.images().size());
      case PromptPiece.Text text -> text;
    };
  }
}

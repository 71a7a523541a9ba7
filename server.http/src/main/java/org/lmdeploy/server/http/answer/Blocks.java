package org.lmdeploy.server.http.answer;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.parser.AnswerPart;

/** Puts the parts of an answer together to blocks. */
public final class Blocks {
  private final List<Block> complete = new ArrayList<>();

  /** The text of the block that still grows; null if there is none. */
  private StringBuilder text;

  /** The last part of the block that grows. */
  private AnswerPart kind;

  private String function;

  /** Adds what came next. */
  public void add(AnswerPart part) {
    switch (part) {
      case AnswerPart.Content(String more) -> grow(part, more);
      case AnswerPart.Reasoning(String more) -> grow(part, more);
      case AnswerPart.CallBegin(int _, String name) -> {
        flush(false);
        function = name;
        kind = part;
        text = new StringBuilder();
      }
      case AnswerPart.CallArguments(int _, String json) -> text.append(json);
      case AnswerPart.CallEnd _ -> flush(false);
      case AnswerPart.Malformed _ -> flush(true);
    }
  }

  /** The blocks; nothing may be added afterwards. */
  public List<Block> get() {
    flush(false);
    return List.copyOf(complete);
  }

  private void grow(AnswerPart part, String more) {
    if (kind == null || kind.getClass() != part.getClass()) {
      flush(false);
      text = new StringBuilder();
    }
    kind = part;
    text.append(more);
  }

  private void flush(boolean malformed) {
    switch (kind) {
      case AnswerPart.Content _ -> complete.add(new Block.Text(text.toString()));
      case AnswerPart.Reasoning _ -> complete.add(new Block.Reasoning(text.toString()));
      case AnswerPart.CallBegin _ ->
          complete.add(new Block.Call(function, text.toString(), malformed));
      case null, default -> {}
    }
    kind = null;
  }
}

package org.lmdeploy.parser;

import java.util.List;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/** Reads reasoning and then content; white space around the reasoning is neither. */
final class ThinkReader implements AnswerReader {
  private enum State {
    BEGINNING,
    REASONING,
    BEHIND,
    CONTENT
  }

  private final PartList out = new PartList();
  private final StringBuilder held = new StringBuilder();
  private State state;
  private boolean reasoned;

  /**
   * @param open whether the prompt has opened the reasoning
   */
  ThinkReader(boolean open) {
    state = open ? State.REASONING : State.BEGINNING;
  }

  @Override
  public List<AnswerPart> read(String text) {
    held.append(text);
    run(false);
    return out.take();
  }

  @Override
  public List<AnswerPart> end() {
    run(true);
    return out.take();
  }

  private void run(boolean last) {
    boolean goesOn = true;
    while (goesOn) {
      goesOn =
          switch (state) {
            case BEGINNING -> beginning(last);
            case REASONING -> reasoning(last);
            case BEHIND -> behind();
            case CONTENT -> {
              out.content(held.toString());
              held.setLength(0);
              yield false;
            }
          };
    }
  }

  private boolean beginning(boolean last) {
    String open = ThinkReasoningParser.OPEN;
    String text = held.toString().stripLeading();
    if (text.startsWith(open)) {
      held.setLength(0);
      held.append(text, open.length(), text.length());
      state = State.REASONING;
      return true;
    }
    if (!last && open.startsWith(text)) {
      return false;
    }
    state = State.CONTENT;
    return true;
  }

  private boolean reasoning(boolean last) {
    String close = ThinkReasoningParser.CLOSE;
    int at = held.indexOf(close);
    int end = at >= 0 ? at : last ? held.length() : held.length() - Overlap.of(held, close);
    int shown = end;
    while (shown > 0 && Character.isWhitespace(held.charAt(shown - 1))) {
      shown--;
    }
    String text = held.substring(0, shown);
    String begun = reasoned ? text : text.stripLeading();
    reasoned |= !begun.isEmpty();
    out.reasoning(begun);
    held.delete(0, at >= 0 ? at + close.length() : last ? held.length() : shown);
    if (at < 0) {
      return false;
    }
    state = State.BEHIND;
    return true;
  }

  private boolean behind() {
    String text = held.toString().stripLeading();
    held.setLength(0);
    held.append(text);
    if (text.isEmpty()) {
      return false;
    }
    state = State.CONTENT;
    return true;
  }
}

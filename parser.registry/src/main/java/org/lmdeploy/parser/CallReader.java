package org.lmdeploy.parser;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/**
 * Reads an answer with calls of some forms. White space beside a call is not content. What turns
 * out to be no call, before its function was known, is content as it was written.
 */
final class CallReader implements AnswerReader {
  private enum State {
    TEXT,
    CALL,
    BEHIND_CALL,
    WRONG_CALL
  }

  private final List<CallForm> forms;
  private final Set<String> functions;
  private final PartList out = new PartList();
  private State state = State.TEXT;

  /** Text that was not looked at yet, or that waits for what comes. */
  private final StringBuilder held = new StringBuilder();

  /** Whether there was nothing yet but calls and white space. */
  private boolean nothingYet = true;

  /** Whether white space is to be left out because a call stands before it. */
  private boolean behindCall;

  private CallForm form;
  private CallBody body;

  /** White space before a call, and what was read of it; all is content if it is none. */
  private String spaceBefore = "";

  private final StringBuilder raw = new StringBuilder();
  private boolean begun;
  private int calls;

  CallReader(List<CallForm> forms, Set<String> functions) {
    this.forms = List.copyOf(forms);
    this.functions = Set.copyOf(functions);
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
    while (state == State.CALL && !begun) {
      noCall();
      run(true);
    }
    if (state == State.CALL) {
      wrong("the answer ended within the call");
    } else if (state == State.WRONG_CALL) {
      wrong("the arguments are no JSON object");
    }
    return out.take();
  }

  private void run(boolean last) {
    boolean goesOn = true;
    while (goesOn) {
      goesOn =
          switch (state) {
            case TEXT -> text(last);
            case CALL -> call();
            case BEHIND_CALL -> behindCall(last);
            case WRONG_CALL -> wrongCall(last);
          };
    }
  }

  /** Passes text on up to a call or what may become one; whether one begins. */
  private boolean text(boolean last) {
    if (nothingYet && bareCall()) {
      return true;
    }
    int at = Integer.MAX_VALUE;
    CallForm first = null;
    for (CallForm candidate : forms) {
      int index = candidate.open().isEmpty() ? -1 : held.indexOf(candidate.open());
      if (index >= 0 && index < at) {
        at = index;
        first = candidate;
      }
    }
    if (first != null) {
      begin(first, at);
      return true;
    }
    if (!last && nothingYet && beforeBrace() == held.length()) {
      return false; // a brace may follow
    }
    int safe = last ? held.length() : held.length() - mayBeOpening();
    int end = last ? safe : trimmed(safe);
    content(held.substring(0, end));
    held.delete(0, end);
    return false;
  }

  /** Begins a call of the form without an opening, if there is a brace where one may stand. */
  private boolean bareCall() {
    Optional<CallForm> bare = forms.stream().filter(each -> each.open().isEmpty()).findFirst();
    int brace = beforeBrace();
    if (bare.isEmpty() || brace == held.length() || held.charAt(brace) != '{') {
      return false;
    }
    begin(bare.get(), brace);
    return true;
  }

  /** How many characters there are that may stand before the brace of a call. */
  private int beforeBrace() {
    int end = 0;
    while (end < held.length() && mayStandBeforeBrace(held.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean mayStandBeforeBrace(char c) {
    return Character.isWhitespace(c) || calls > 0 && (c == ';' || c == ',');
  }

  private void begin(CallForm newForm, int at) {
    int content = newForm.open().isEmpty() ? 0 : trimmed(at);
    content(held.substring(0, content));
    spaceBefore = held.substring(content, at);
    held.delete(0, at + newForm.open().length());
    form = newForm;
    body = newForm.body().get();
    raw.setLength(0);
    begun = false;
    state = State.CALL;
  }

  private int trimmed(int end) {
    int trimmed = end;
    while (trimmed > 0 && Character.isWhitespace(held.charAt(trimmed - 1))) {
      trimmed--;
    }
    return trimmed;
  }

  /** The length of the longest end of the text with which an opening may begin. */
  private int mayBeOpening() {
    return forms.stream().mapToInt(each -> Overlap.of(held, each.open())).max().orElse(0);
  }

  private void content(String text) {
    String shown = behindCall ? text.stripLeading() : text;
    if (!shown.isEmpty()) {
      out.content(shown);
      behindCall = false;
    }
    nothingYet &= text.isBlank();
  }

  private boolean call() {
    for (int i = 0; i < held.length(); i++) {
      char c = held.charAt(i);
      raw.append(c);
      switch (body.take(c, events)) {
        case MORE -> {}
        case DONE -> {
          held.delete(0, i + 1);
          out.add(new AnswerPart.CallEnd(calls));
          calls++;
          behindCall = true;
          state = State.BEHIND_CALL;
          return true;
        }
        case WRONG -> {
          held.delete(0, i + 1);
          if (begun) {
            state = State.WRONG_CALL;
          } else {
            noCall();
          }
          return true;
        }
      }
    }
    held.setLength(0);
    return false;
  }

  private final CallBody.Out events =
      new CallBody.Out() {
        @Override
        public boolean knows(String function) {
          return functions.contains(function);
        }

        @Override
        public void begin(String function) {
          begun = true;
          out.add(new AnswerPart.CallBegin(calls, function));
        }

        @Override
        public void arguments(String json) {
          out.arguments(calls, json);
        }
      };

  /** The opening was text; what follows it is looked at again. */
  private void noCall() {
    state = State.TEXT;
    held.insert(0, raw);
    if (form.open().isEmpty()) { // the brace must not be taken for a call again
      content(spaceBefore + held.charAt(0));
      held.deleteCharAt(0);
    } else {
      content(spaceBefore + form.open());
    }
  }

  /** Passes over the closing, if there is one. */
  private boolean behindCall(boolean last) {
    int start = 0;
    while (start < held.length() && Character.isWhitespace(held.charAt(start))) {
      start++;
    }
    String close = form.close();
    if (!close.isEmpty() && held.indexOf(close, start) == start) {
      held.delete(0, start + close.length());
    } else if (!last && close.startsWith(held.substring(start))) {
      return false; // it may still come
    }
    state = State.TEXT;
    return true;
  }

  /** What is left of a call that is not right is told as it was written. */
  private boolean wrongCall(boolean last) {
    String close = form.close();
    int at = close.isEmpty() ? -1 : held.indexOf(close);
    int end = at >= 0 ? at : last ? held.length() : held.length() - Overlap.of(held, close);
    out.arguments(calls, held.substring(0, end));
    held.delete(0, at >= 0 ? at + close.length() : end);
    if (at < 0) {
      return false;
    }
    wrong("the arguments are no JSON object");
    return true;
  }

  private void wrong(String problem) {
    out.add(new AnswerPart.Malformed(calls, problem));
    calls++;
    behindCall = true;
    state = State.TEXT;
  }
}

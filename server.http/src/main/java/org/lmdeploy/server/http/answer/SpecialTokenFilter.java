package org.lmdeploy.server.http.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.lmdeploy.api.parser.AnswerPart;
import org.lmdeploy.api.parser.AnswerReader;

/**
 * Takes special tokens out of content and reasoning, where a reader needs them to be in the text
 * but the client did not ask for them.
 */
public final class SpecialTokenFilter implements AnswerReader {
  private final AnswerReader reader;
  private final List<String> tokens;
  private final StringBuilder held = new StringBuilder();
  private Function<String, AnswerPart> kind = AnswerPart.Content::new;

  /**
   * @param reader what the text is read by before
   * @param tokens the texts of special tokens
   */
  public SpecialTokenFilter(AnswerReader reader, Set<String> tokens) {
    this.reader = reader;
    this.tokens = tokens.stream().filter(token -> !token.isEmpty()).toList();
  }

  @Override
  public List<AnswerPart> read(String text) {
    return filter(reader.read(text));
  }

  @Override
  public List<AnswerPart> end() {
    List<AnswerPart> out = new ArrayList<>(filter(reader.end()));
    flush(out);
    return out;
  }

  private List<AnswerPart> filter(List<AnswerPart> parts) {
    List<AnswerPart> out = new ArrayList<>();
    for (AnswerPart part : parts) {
      switch (part) {
        case AnswerPart.Content(String text) -> add(AnswerPart.Content::new, text, out);
        case AnswerPart.Reasoning(String text) -> add(AnswerPart.Reasoning::new, text, out);
        default -> {
          flush(out);
          out.add(part);
        }
      }
    }
    return out;
  }

  private void add(Function<String, AnswerPart> newKind, String text, List<AnswerPart> out) {
    // texts of two kinds are never one token
    if (!sameKind(newKind)) {
      flush(out);
      kind = newKind;
    }
    held.append(text);
    removeTokens();
    pass(held.length() - mayBeToken(), out);
  }

  private boolean sameKind(Function<String, AnswerPart> newKind) {
    return held.isEmpty() || kind.apply("").getClass() == newKind.apply("").getClass();
  }

  private void removeTokens() {
    boolean found = true;
    while (found) {
      found = false;
      for (String token : tokens) {
        for (int at = held.indexOf(token); at >= 0; at = held.indexOf(token)) {
          held.delete(at, at + token.length());
          found = true;
        }
      }
    }
  }

  private int mayBeToken() {
    int most = 0;
    for (String token : tokens) {
      for (int n = Math.min(token.length() - 1, held.length()); n > most; n--) {
        if (token.startsWith(held.substring(held.length() - n))) {
          most = n;
        }
      }
    }
    return most;
  }

  private void flush(List<AnswerPart> out) {
    pass(held.length(), out);
  }

  private void pass(int length, List<AnswerPart> out) {
    if (length > 0) {
      out.add(kind.apply(held.substring(0, length)));
      held.delete(0, length);
    }
  }
}

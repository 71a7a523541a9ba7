package org.lmdeploy.core.text;

import java.util.HashMap;
import java.util.Map;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * The text of one answer: decodes its tokens and ends it at a stop word. Used by the thread that
 * reads the answer.
 */
public final class AnswerText {
  private final Detokenizer detokenizer;
  private final StopWordMatcher matcher;
  private final Map<Integer, String> invisibleStops = new HashMap<>();
  private final int minTokens;
  private final boolean includeStop;
  private int tokens;
  private String stopWord;
  private boolean lastTokenCounts = true;

  /** The text of an answer that has no token yet. */
  public AnswerText(Tokenizer tokenizer, GenerationConfig config) {
    detokenizer = new Detokenizer(tokenizer, config.skipSpecialTokens());
    matcher = new StopWordMatcher(config.stopWords());
    minTokens = config.minNewTokens();
    includeStop = config.includeStopStrInOutput();
    if (config.skipSpecialTokens()) {
      // These stop words never show in the text.
      StopTokens.of(config.stopWords(), tokenizer)
          .forEach(
              (id, word) -> {
                if (tokenizer.isSpecial(id)) {
                  invisibleStops.put(id, word);
                }
              });
    }
  }

  /** The text that is certain after a token, maybe empty; not to be called after a stop. */
  public String accept(int id) {
    boolean mayStop = ++tokens > minTokens;
    String invisible = mayStop ? invisibleStops.get(id) : null;
    if (invisible != null) {
      return stop(finish(), invisible, false);
    }
    StopWordMatcher.Result result = matcher.accept(detokenizer.accept(id), mayStop);
    return result.stop() == null
        ? result.text()
        : stop(result.text(), result.stop(), result.withinPiece());
  }

  private String stop(String text, String word, boolean withinPiece) {
    stopWord = word;
    lastTokenCounts = includeStop || withinPiece;
    return includeStop ? text + word : text;
  }

  /** What was held back, when the answer ended without a stop word. */
  public String finish() {
    String text = matcher.accept(detokenizer.finish(), false).text();
    return text + matcher.finish();
  }

  /** Whether a stop word ended the answer. */
  public boolean stopped() {
    return stopWord != null;
  }

  /** The stop word that ended the answer, or null. */
  public String stopWord() {
    return stopWord;
  }

  /**
   * Whether the last token belongs to the answer: not if all of its text belongs to the stop word
   * that ended the answer and that is not part of it.
   */
  public boolean lastTokenCounts() {
    return lastTokenCounts;
  }
}

package org.lmdeploy.core.batch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.core.image.PromptImages;
import org.lmdeploy.core.kv.BlockContent;
import org.lmdeploy.core.kv.BlockTable;

/**
 * One request while it waits and runs: its tokens, how many of them are in the KV cache, and in
 * which blocks. After construction used by the engine thread alone.
 */
final class Sequence {
  private final TokenStream stream;
  private final AnswerRules rules;
  private final PromptImages images;
  private final BlockTable table;
  private final int promptLength;
  private final int maxLength;
  private final int blockTokens;
  private final int reuseLimit;

  private int[] tokens;
  private int length;
  private int computed;

  /** Prompt tokens that were counted as prefilled or as taken from the prefix cache. */
  private int counted;

  private int cached;

  private final BitSet seen = new BitSet();

  /**
   * A request that waits.
   *
   * @param prompt ids of the prompt; copied
   * @param maxLength most tokens of prompt and answer
   * @param sharing which blocks may be shared
   */
  Sequence(
      int[] prompt,
      int maxLength,
      TokenStream stream,
      AnswerRules rules,
      PromptImages images,
      BlockTable table,
      Sharing sharing) {
    this.tokens = Arrays.copyOf(prompt, prompt.length + 16);
    this.length = prompt.length;
    this.promptLength = prompt.length;
    this.maxLength = maxLength;
    this.stream = stream;
    this.rules = rules;
    this.images = images;
    this.table = table;
    this.blockTokens = sharing.blockTokens();
    this.reuseLimit = sharing.limitFor(prompt.length);
    if (rules.needsSeen()) {
      IntStream.range(0, length).filter(i -> !images.covers(i)).forEach(i -> seen.set(prompt[i]));
    }
  }

  /**
   * Which blocks sequences share.
   *
   * @param enabled whether any are
   * @param blockTokens tokens of a block
   * @param reuseLimit the longest prompt that shares, and the last position that is shared
   */
  record Sharing(boolean enabled, int blockTokens, int reuseLimit) {
    int limitFor(int promptLength) {
      return enabled && promptLength <= reuseLimit ? reuseLimit : 0;
    }
  }

  TokenStream stream() {
    return stream;
  }

  AnswerRules rules() {
    return rules;
  }

  PromptImages images() {
    return images;
  }

  BlockTable table() {
    return table;
  }

  /** Tokens so far, prompt and answer. */
  int length() {
    return length;
  }

  int promptLength() {
    return promptLength;
  }

  /** Tokens whose keys and values are in the cache. */
  int computed() {
    return computed;
  }

  /** Tokens to be computed before the next one can be drawn. */
  int pending() {
    return length - computed;
  }

  /** Tokens of the answer so far. */
  int generated() {
    return length - promptLength;
  }

  /** Whether one token is left to be computed and it was generated. */
  boolean decoding() {
    return pending() == 1 && length > promptLength;
  }

  /** Why the answer ends with its last token, or null. */
  FinishReason finishReason() {
    if (rules.completesStopWord(tokens[length - 1], generated())) {
      return FinishReason.STOP;
    }
    return length >= maxLength ? FinishReason.LENGTH : null;
  }

  int token(int position) {
    return tokens[position];
  }

  /** The ids of the answer. */
  int[] answer() {
    return Arrays.copyOfRange(tokens, promptLength, length);
  }

  /** The distinct ids of prompt and answer, if its rules look at them. */
  int[] seen() {
    return seen.stream().toArray();
  }

  int[] banned(Bans bans, boolean early) {
    return bans.after(tokens, promptLength, length, early);
  }

  /** Adds a generated token. */
  void append(int id) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = id;
    if (rules.needsSeen()) {
      seen.set(id);
    }
  }

  /**
   * Takes blocks for all tokens so far.
   *
   * @param spare blocks that must stay available
   * @return whether there were enough; if not, nothing was taken
   */
  boolean open(int spare) {
    // At least one token is left to run: its logits are wanted.
    int shareable = Math.min(length - 1, reuseLimit) / blockTokens;
    boolean opened = table.open(this::content, shareable, length, spare);
    computed = table.knownTokens();
    return opened;
  }

  /** Notes that {@code count} more tokens are in the cache and makes full blocks known. */
  void advance(int count) {
    computed += count;
    table.share(Math.min(computed, reuseLimit) / blockTokens, this::content);
  }

  /** Gives the blocks back; what was computed is lost. */
  void release() {
    table.release();
    computed = 0;
  }

  /** Counts the prompt tokens that the prefix cache gave and tells the stream; how many. */
  int countCached() {
    int more = countPrompt();
    cached += more;
    stream.setCachedTokens(cached);
    return more;
  }

  /** How many computed prompt tokens were not counted yet; counts them. */
  int countPrompt() {
    int now = Math.min(computed, promptLength);
    int more = Math.max(0, now - counted);
    counted += more;
    return more;
  }

  private BlockContent content(int block) {
    return images.content(tokens, block * blockTokens, blockTokens);
  }
}

package org.lmdeploy.core.batch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.ops.SamplingRow;
import org.lmdeploy.api.ops.StepBatch;
import org.lmdeploy.core.image.ImageStore;
import org.lmdeploy.core.image.PromptImages;
import org.lmdeploy.core.kv.BlockContent;
import org.lmdeploy.core.kv.BlockTable;

/**
 * One request while it waits and runs: its tokens, known ones and those that started steps are
 * drawing, how many of them are in the KV cache, and in which blocks. After construction used by
 * the engine thread alone.
 */
final class Sequence {
  private static final int[] NO_IDS = {};

  private final TokenStream stream;
  private final AnswerRules rules;
  private final Optional<FormatGuard> format;
  private final PromptImages images;
  private final BlockTable table;
  private final int promptLength;
  private final int maxLength;
  private final int blockTokens;
  private final int reuseLimit;

  private int[] tokens;
  private int length;
  private int computed;

  /** Tokens that are being drawn by started steps: they follow those that are known. */
  private int outstanding;

  /** The step that draws the last of them, and its row there. */
  private long drawingStep;

  private int drawingRow;

  /** Started steps that it takes part in and that were not waited for. */
  private int inFlight;

  private boolean gone;

  /** Prompt tokens that were counted as prefilled or as taken from the prefix cache. */
  private int counted;

  private int cached;

  /** Positions of the prompt whose next token's log probability was computed or is being so. */
  private int scored;

  /** The distinct ids of prompt and answer in the order of their first places, if wanted. */
  private int[] seen = NO_IDS;

  private int seenCount;
  private final BitSet isSeen = new BitSet();

  /**
   * A request that waits.
   *
   * @param prompt ids of the prompt; copied
   * @param maxLength most tokens of prompt and answer
   * @param format what the answer must be
   * @param sharing which blocks may be shared
   */
  Sequence(
      int[] prompt,
      int maxLength,
      TokenStream stream,
      AnswerRules rules,
      Optional<FormatGuard> format,
      PromptImages images,
      BlockTable table,
      Sharing sharing) {
    this.tokens = Arrays.copyOf(prompt, prompt.length + 16);
    this.length = prompt.length;
    this.promptLength = prompt.length;
    this.maxLength = maxLength;
    this.stream = stream;
    this.rules = rules;
    this.format = format;
    this.images = images;
    this.table = table;
    this.blockTokens = sharing.blockTokens();
    this.reuseLimit = rules.scoresPrompt() ? 0 : sharing.limitFor(prompt.length);
    if (rules.needsSeen()) {
      IntStream.range(0, length).filter(i -> !images.covers(i)).forEach(i -> see(prompt[i]));
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
    /** The same where sharing is on whatever the option says. */
    Sharing always() {
      return new Sharing(true, blockTokens, reuseLimit);
    }

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

  /** Tokens that are known so far, prompt and answer. */
  int length() {
    return length;
  }

  /** Tokens so far, those included that started steps are drawing. */
  int reach() {
    return length + outstanding;
  }

  int promptLength() {
    return promptLength;
  }

  /** Tokens whose keys and values are in the cache when the started steps are done. */
  int computed() {
    return computed;
  }

  /** Tokens to be computed before the next one can be drawn. */
  int pending() {
    return reach() - computed;
  }

  /** Tokens of the answer that are known so far. */
  int generated() {
    return length - promptLength;
  }

  /** Whether one token is left to be computed and it is generated. */
  boolean decoding() {
    return pending() == 1 && reach() > promptLength;
  }

  /** Whether it was taken out: what is still computed of it is of no use. */
  boolean gone() {
    return gone;
  }

  /**
   * Whether it can take part in the step after step {@code before}. A token that is not known yet
   * can be an input only of the step right after the one that draws it; after it there must be
   * another token to come, and its rules must be able to say how that is drawn.
   */
  boolean ready(long before) {
    return outstanding == 0
        || drawingStep == before && reach() < maxLength && outstanding <= mostUnknown();
  }

  /** Whether its next token cannot be drawn before those that are being drawn are known. */
  boolean waitsForItsToken() {
    return outstanding > mostUnknown() && reach() < maxLength;
  }

  private int mostUnknown() {
    return format.isPresent() ? 0 : rules.mostUnknown();
  }

  /** Why the answer ends with its last token, or null. */
  FinishReason finishReason() {
    boolean complete = format.isPresent() && format.get().complete();
    if (complete
        || rules.completesStopWord(tokens[length - 1], generated())
        || rules.repeats(tokens, promptLength, length)) {
      return FinishReason.STOP;
    }
    return length >= maxLength ? FinishReason.LENGTH : null;
  }

  /** The token at a position as the input of a step: its id, or where it is drawn. */
  int input(int position) {
    return position < length ? tokens[position] : StepBatch.drawn(drawingRow);
  }

  /** The known ids of the answer. */
  int[] answer() {
    return Arrays.copyOfRange(tokens, promptLength, length);
  }

  /** The distinct known ids of prompt and answer, if its rules look at them. */
  int[] seen() {
    return seenCount == 0 ? NO_IDS : Arrays.copyOf(seen, seenCount);
  }

  /** The ids that its format lets be drawn next. */
  long[] permitted() {
    return format.map(FormatGuard::permitted).orElse(SamplingRow.ALL);
  }

  /** Finds what its format lets be drawn next. False if bans leave nothing of it. */
  boolean prepareFormat() {
    return format.isEmpty() || format.get().prepare(rules.banned(this));
  }

  /** What is said to whoever's bans leave nothing of a format. */
  static InvalidRequestException nothingPermitted() {
    return new InvalidRequestException(
        "response_format",
        "bad_words, bad_token_ids or min_new_tokens forbid every token that response_format permits"
            + " at this place; leave out one of them");
  }

  /** Whether its format lets the answer end here. */
  boolean mayEnd() {
    return format.isEmpty() || format.get().mayEnd();
  }

  /** Whether the log probability of the prompt's token after a position is still wanted. */
  boolean scoresAfter(int position) {
    return rules.scoresPrompt()
        && position >= scored
        && position + 1 < promptLength
        && !images.covers(position + 1);
  }

  /** The token of the prompt at a position, and how its log probability is found. */
  SamplingRow promptRow(int position) {
    return rules.promptRow(tokens[position]);
  }

  int[] banned(Bans bans, boolean early) {
    return bans.after(tokens, promptLength, length, early);
  }

  /** Adds a token that was drawn. */
  void append(int id) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = id;
    outstanding--;
    if (rules.needsSeen()) {
      see(id);
    }
    format.ifPresent(guard -> guard.accept(id));
  }

  private void see(int id) {
    if (!isSeen.get(id)) {
      isSeen.set(id);
      if (seenCount == seen.length) {
        seen = Arrays.copyOf(seen, Math.max(16, 2 * seenCount));
      }
      seen[seenCount++] = id;
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

  /** Notes that a started step computes {@code count} more tokens. */
  void computing(int count) {
    computed += count;
    scored = Math.max(scored, computed);
    inFlight++;
  }

  /** Notes that a started step draws its next token. */
  void drawing(long step, int row) {
    outstanding++;
    drawingStep = step;
    drawingRow = row;
  }

  /** Notes that a step that it takes part in was waited for, and has come to whatever end. */
  void landed(ImageStore store) {
    inFlight--;
    if (gone && inFlight == 0) {
      images.unpinAll(store);
    }
  }

  /**
   * Makes full blocks known. Only for a step that did not fail: others compute from what they hold.
   *
   * @param end tokens whose keys and values are in the cache
   */
  void share(int end) {
    table.share(Math.min(end, reuseLimit) / blockTokens, this::content);
  }

  /**
   * Gives blocks and images back, to wait again; what was computed is lost.
   *
   * @throws IllegalStateException if it takes part in a step that is not done
   */
  void preempt(ImageStore store) {
    if (inFlight > 0) {
      throw new IllegalStateException("a sequence is sent back while a step computes it");
    }
    images.unpinAll(store);
    table.release();
    computed = 0;
  }

  /**
   * Gives everything back for good. The device runs steps in order, so a step that is not done may
   * still write to the blocks: it does so before those who get them now, and only at positions
   * after the known blocks. The images it reads are given back when it is done.
   */
  void end(ImageStore store) {
    gone = true;
    table.release();
    if (inFlight == 0) {
      images.unpinAll(store);
    }
  }

  /** Counts the prompt tokens that the prefix cache gave and tells the stream; how many. */
  int countCached() {
    int more = countPrompt(computed);
    cached += more;
    stream.setCachedTokens(cached);
    return more;
  }

  /** How many prompt tokens before position {@code end} were not counted yet; counts them. */
  int countPrompt(int end) {
    int now = Math.min(end, promptLength);
    int more = Math.max(0, now - counted);
    counted += more;
    return more;
  }

  private BlockContent content(int block) {
    return images.content(tokens, block * blockTokens, blockTokens);
  }
}

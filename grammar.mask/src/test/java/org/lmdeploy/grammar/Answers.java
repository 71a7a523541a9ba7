package org.lmdeploy.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputGrammar;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Random answers within a grammar, and whether a grammar lets a text through. */
final class Answers {
  private final Tokenizer tokenizer;
  private final OutputGrammar grammar;

  Answers(Tokenizer tokenizer, OutputFormat format) {
    this.tokenizer = tokenizer;
    grammar = Vocabularies.COMPILER.compile(format, tokenizer, tokenizer.vocabSize());
  }

  static Answers of(String schema) {
    return new Answers(Vocabularies.SMALL, new OutputFormat.JsonSchema(schema));
  }

  /**
   * An answer of random tokens; none if it is not finished after some. Where it may end it does so
   * with some probability, and short tokens are preferred a little, as a model would stop a string.
   */
  Optional<String> random(Random random, int mostTokens) {
    TokenConstraint constraint = grammar.start();
    List<Integer> ids = new ArrayList<>();
    while (!constraint.complete()) {
      if (constraint.mayEnd() && random.nextInt(8) == 0) {
        break;
      }
      if (ids.size() >= mostTokens) {
        return Optional.empty();
      }
      BitSet permitted = BitSet.valueOf(constraint.permitted());
      if (permitted.isEmpty()) {
        throw new AssertionError("no way on after " + text(ids));
      }
      int id = draw(permitted, random);
      constraint.accept(id);
      ids.add(id);
    }
    return constraint.mayEnd() ? Optional.of(text(ids)) : Optional.empty();
  }

  /** Half of the time a token that closes something, if there is one. */
  private int draw(BitSet permitted, Random random) {
    if (random.nextInt(3) == 0) {
      int[] closing =
          permitted.stream()
              .filter(id -> !tokenizer.isSpecial(id))
              .filter(id -> tokenizer.tokenBytes(id).length == 1)
              .filter(id -> "\"}],:".indexOf(tokenizer.tokenBytes(id)[0]) >= 0)
              .toArray();
      if (closing.length > 0) {
        return closing[random.nextInt(closing.length)];
      }
    }
    int nth = random.nextInt(permitted.cardinality());
    return permitted.stream().skip(nth).findFirst().orElseThrow();
  }

  private String text(List<Integer> ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ids.forEach(id -> bytes.writeBytes(tokenizer.tokenBytes(id)));
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("not UTF-8: " + Arrays.toString(bytes.toByteArray()), e);
    }
  }

  /** Whether a text is let through, in the tokens that the tokenizer makes of it. */
  boolean accept(String text) {
    return accept(tokenizer.encode(text, false));
  }

  /** Whether tokens are let through, and the answer may end after them. */
  boolean accept(int... ids) {
    TokenConstraint constraint = grammar.start();
    for (int id : ids) {
      long[] permitted = constraint.permitted();
      if (id >> 6 >= permitted.length || (permitted[id >> 6] >> id & 1) == 0) {
        return false;
      }
      constraint.accept(id);
    }
    return constraint.mayEnd();
  }
}

package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Liveness;
import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.vocabulary.Vocabulary;

/** Sets of tokens, put together from kept parts, are what trying each token gives. */
class MaskExactnessTest {
  private static final int SIZE = 6_000;
  private static final ListTokenizer TOKENIZER = ListTokenizer.large(SIZE);
  private static final Vocabulary VOCABULARY = Vocabulary.of(TOKENIZER, SIZE);

  @Provide
  Arbitrary<OutputFormat> formats() {
    return Arbitraries.randomValue(
        random ->
            switch (random.nextInt(5)) {
              case 0 -> new OutputFormat.JsonObject();
              case 1 -> new OutputFormat.JsonSchema(RandomSchema.recursive(random).json());
              case 2 ->
                  new OutputFormat.Sequence(
                      java.util.List.of(
                          new OutputFormat.Until("\"}"),
                          new OutputFormat.Repeat(new OutputFormat.Regex("[a-z ]{1,9}\""), 1, 3),
                          new OutputFormat.JsonObject()));
              default -> new OutputFormat.JsonSchema(RandomSchema.of(random, 3).json());
            });
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void masksAreExact(@ForAll("formats") OutputFormat format, @ForAll long seed) {
    Element element = new FormatCompiler(Map.of(), new Budget("a test")).element(format);
    Liveness.compute(element);
    State state = State.of(new Stack(element, null));
    Random random = new Random(seed);
    for (int step = 0; step < 25 && state.size() > 0; step++) {
      BitSet expected = new BitSet();
      for (int id = 0; id < SIZE; id++) {
        if (!TOKENIZER.isSpecial(id) && state.next(TOKENIZER.tokenBytes(id)) != null) {
          expected.set(id);
        }
      }
      BitSet actual = BitSet.valueOf(VOCABULARY.masks().of(state));
      assertEquals(expected, actual, () -> format.toString());
      // tokens that end and begin things are where sets differ
      BitSet wanted = (BitSet) expected.clone();
      wanted.stream()
          .filter(id -> random.nextBoolean())
          .filter(id -> TOKENIZER.token(id).matches("[\\p{L}\\p{N} ]*"))
          .forEach(wanted::clear);
      BitSet from = wanted.isEmpty() ? expected : wanted;
      int id = from.stream().skip(random.nextInt(from.cardinality())).findFirst().orElseThrow();
      state = state.next(TOKENIZER.tokenBytes(id));
    }
  }
}

package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Schemas made by chance: all that is finished is valid, and what is valid is let through. */
class RandomSchemaTest {
  @Provide
  Arbitrary<RandomSchema> schemas() {
    return Arbitraries.randomValue(
        random ->
            random.nextInt(10) == 0 ? RandomSchema.recursive(random) : RandomSchema.of(random, 3));
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void finishedAnswersAreValid(@ForAll("schemas") RandomSchema schema, @ForAll long seed) {
    Random random = new Random(seed);
    Tokenizer tokenizer =
        random.nextInt(12) == 0
            ? Vocabularies.LARGE
            : random.nextBoolean() ? Vocabularies.SMALL : Vocabularies.DEMO;
    Answers answers = new Answers(tokenizer, new OutputFormat.JsonSchema(schema.json()));
    Judge judge = new Judge(schema.json());
    for (int i = 0; i < 2; i++) {
      Optional<String> answer = answers.random(random, 400);
      Statistics.label("finished")
          .collect(answer.isPresent())
          .coverage(coverage -> coverage.check(true).percentage(percent -> percent > 80));
      answer.ifPresent(
          text -> assertEquals("", judge.complaint(text), () -> schema.json() + " gave " + text));
    }
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void validValuesAreLetThrough(@ForAll("schemas") RandomSchema schema, @ForAll long seed) {
    Random random = new Random(seed);
    Tokenizer tokenizer = random.nextBoolean() ? Vocabularies.SMALL : Vocabularies.DEMO;
    Answers answers = new Answers(tokenizer, new OutputFormat.JsonSchema(schema.json()));
    Judge judge = new Judge(schema.json());
    String value = schema.value().apply(random);
    assertEquals("", judge.complaint(value), () -> schema.json() + " and " + value);
    assertTrue(answers.accept(value), () -> schema.json() + " and " + value);
  }
}

package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.OutputFormat;

/** Regular expressions mean what java.util.regex takes them for. */
class RegexTest {
  private static final String[] ATOMS = {
    "a",
    "b",
    "\\d",
    "\\w",
    "\\s",
    "[a-c]",
    "[^a-z]",
    ".",
    "\u00e9",
    "\\u6f22",
    "[\u4e00-\u9fff]",
    "\\.",
    "\\S",
    "[^\\d\\s]",
    "\\p{Lu}",
    "\\x41",
    "[\\]\\-x]",
    "\\W",
    "\\D",
    "\\P{L}",
    "-",
    "\ud83d\ude00"
  };

  private static Answers answers(String pattern) {
    return new Answers(Vocabularies.SMALL, new OutputFormat.Regex(pattern));
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.randomValue(random -> pattern(random, 3));
  }

  private static String pattern(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(6)) {
      case 0, 1 -> ATOMS[random.nextInt(ATOMS.length)];
      case 2 -> pattern(random, depth - 1) + pattern(random, depth - 1);
      case 3 -> "(?:" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 4 ->
          "("
              + pattern(random, depth - 1)
              + ")"
              + List.of("*", "+", "?", "{2}", "{1,3}", "{0,}", "+?").get(random.nextInt(7));
      default -> "(?<n" + random.nextInt(1_000_000_000) + ">" + pattern(random, depth - 1) + ")";
    };
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void finishedAnswersMatch(@ForAll("patterns") String pattern, @ForAll long seed) {
    Pattern judge = Pattern.compile(pattern);
    Answers answers = answers("^(?:" + pattern + ")$");
    Random random = new Random(seed);
    for (int i = 0; i < 3; i++) {
      answers
          .random(random, 60)
          .ifPresent(
              text -> assertTrue(judge.matcher(text).matches(), () -> pattern + " gave " + text));
    }
  }

  /** Where no dialects differ, nothing is missing either. */
  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void matchingTextsAreLetThrough(@ForAll("patterns") String pattern, @ForAll long seed) {
    Pattern judge = Pattern.compile(pattern);
    Answers answers = answers(pattern);
    Random random = new Random(seed);
    String letters = "abcAB1 .-x]\t\u00e9\u6f22";
    for (int i = 0; i < 30; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(5); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      assertEquals(
          judge.matcher(text).matches(),
          answers.accept(text.toString()),
          () -> pattern + " on " + text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "(?=a)b, lookahead",
    "(?!a)b, lookahead",
    "(?<=a)b, lookbehind",
    "(?<!a)b, lookbehind",
    "(a)\\1, a backreference",
    "(?P=x), a backreference",
    "(?<x>a)\\k<x>, a backreference",
    "(?i)a, a flag",
    "a\\b, a word boundary",
    "a^b, the anchor ^",
    "(a$)b, the anchor $",
    "(?>a), an atomic group",
    "a++, a possessive",
    "\\07, an octal",
    "[a&&b], an operation",
    "\\p{Nope}, the character property Nope",
    "\\q, the escape \\q"
  })
  void whatIsNotRegularIsNamed(String pattern, String construct) {
    LmDeployException refusal =
        assertThrows(UnsupportedFeatureException.class, () -> answers(pattern));
    assertTrue(refusal.getMessage().contains(construct), refusal::getMessage);
    assertEquals("response_format", refusal.parameter().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        ")",
        "[a",
        "a**",
        "*a",
        "a{2,1}",
        "a{x}",
        "\\",
        "[z-a]",
        "\\u12",
        "\\x{",
        "]",
        "}",
        "(?<x",
        "\\ud800",
        "[]a]",
        "a{999999}",
        "\\p{L",
        "\\u{110000}"
      })
  void whatIsMalformedIsSaid(String pattern) {
    assertThrows(InvalidRequestException.class, () -> answers(pattern));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1,1000}){1,1000}",
        "((a{1,100}){1,100}){1,100}",
        "(a|b)*a(a|b){30}",
        "(((((((((a{0,9}){0,9}){0,9}){0,9}){0,9}){0,9}){0,9}){0,9}){0,9})",
        "\\w{100000}",
        "(\\p{L}{1,1000}\\p{N}{1,1000}){1,10}"
      })
  void whatExplodesIsRefused(String pattern) {
    LmDeployException refusal = assertThrows(InvalidRequestException.class, () -> answers(pattern));
    assertTrue(refusal.getMessage().contains("larger than what is accepted"), refusal::getMessage);
  }

  @ParameterizedTest
  @CsvSource({"\\p{Script=Greek}+, \u03b1\u03b2, ab", "\\p{L}+, a\u00e9\u6f22, a1"})
  void propertiesAreKnown(String pattern, String right, String wrong) {
    assertTrue(answers(pattern).accept(right));
    assertFalse(answers(pattern).accept(wrong));
  }
}

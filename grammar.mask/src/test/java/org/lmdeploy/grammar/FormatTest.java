package org.lmdeploy.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.BitSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputFormat.Choice;
import org.lmdeploy.api.grammar.OutputFormat.JsonObject;
import org.lmdeploy.api.grammar.OutputFormat.JsonSchema;
import org.lmdeploy.api.grammar.OutputFormat.Literal;
import org.lmdeploy.api.grammar.OutputFormat.Regex;
import org.lmdeploy.api.grammar.OutputFormat.Repeat;
import org.lmdeploy.api.grammar.OutputFormat.Sequence;
import org.lmdeploy.api.grammar.OutputFormat.Until;
import org.lmdeploy.api.grammar.OutputGrammar;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** Formats that are put together, special tokens, and what a constraint says of its state. */
class FormatTest {
  private static final int TOOL = Vocabularies.SMALL.tokenId("<|tool|>").orElseThrow();

  private static Answers answers(OutputFormat format) {
    return new Answers(Vocabularies.SMALL, format);
  }

  private static int[] ids(Object... parts) {
    return java.util.Arrays.stream(parts)
        .flatMapToInt(
            part ->
                part instanceof Integer id
                    ? IntStream.of(id)
                    : IntStream.of(Vocabularies.SMALL.encode((String) part, false)))
        .toArray();
  }

  @Test
  void partsFollowEachOther() {
    Answers answers =
        answers(
            new Sequence(
                List.of(
                    new Literal("call "),
                    new Choice(List.of(new Literal("f"), new Literal("g"))),
                    new Repeat(new Regex("[0-9]"), 1, 2),
                    new JsonSchema("{\"type\":\"null\"}"))));
    assertTrue(answers.accept("call f1null"));
    assertTrue(answers.accept("call g12null"));
    assertFalse(answers.accept("call gnull"));
    assertFalse(answers.accept("call g123null"));
    assertFalse(answers.accept("call f1nul"));
  }

  @Test
  void nothingButTheEnd() {
    assertTrue(answers(new Sequence(List.of())).accept(""));
    assertFalse(answers(new Sequence(List.of())).accept("a"));
  }

  @Test
  void partsThatMayBeEmptyAreRepeated() {
    Answers answers = answers(new Repeat(new Regex("a?"), 2, Repeat.UNLIMITED));
    assertTrue(answers.accept(""));
    assertTrue(answers.accept("aaaa"));
    assertFalse(answers.accept("ab"));
    assertTrue(answers(new Repeat(new Regex("a*"), 5, 7)).accept("aaa"));
    OutputFormat often = new Repeat(new Regex("a*"), 5, 1_000_000);
    assertThrows(InvalidRequestException.class, () -> answers(often));
  }

  @Test
  void aTextEndsAtTheFirstEnd() {
    Answers answers = answers(new Sequence(List.of(new Until("aab"), new Literal("!"))));
    assertTrue(answers.accept("aab!"));
    assertTrue(answers.accept("x\u6f22aaaab!"));
    assertFalse(answers.accept("aab aab!"));
    assertFalse(answers.accept("aa!"));
  }

  @Test
  void aSpecialTokenIsItselfAndNotItsText() {
    Answers answers = answers(new Literal("a<|tool|>b"));
    assertTrue(answers.accept(ids("a", TOOL, "b")));
    assertFalse(answers.accept("a<|tool|>b"));
    Answers until = answers(new Until("ab<|tool|>"));
    assertTrue(until.accept(ids("xabab", TOOL)));
    assertFalse(until.accept(ids("xa", TOOL)));
    assertTrue(until.accept(ids("ab<|tool|>ab", TOOL)));
  }

  @Test
  void specialTokensAreNoText() {
    for (OutputFormat format :
        List.of(new Regex(".*"), new JsonSchema("{\"type\":\"string\"}"), new Until("x"))) {
      TokenConstraint constraint =
          Vocabularies.COMPILER
              .compile(format, Vocabularies.SMALL, Vocabularies.SMALL.vocabSize())
              .start();
      BitSet permitted = BitSet.valueOf(constraint.permitted());
      assertFalse(permitted.get(TOOL));
      assertFalse(permitted.get(Vocabularies.SMALL.tokenId("</s>").orElseThrow()));
      assertThrows(IllegalArgumentException.class, () -> constraint.accept(TOOL));
    }
  }

  @Test
  void charactersMayComeInHalves() {
    byte[] bytes = "\"\u6f22\"".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int first = Vocabularies.SMALL.specialCount();
    int[] ids = IntStream.range(0, bytes.length).map(i -> first + (bytes[i] & 0xff)).toArray();
    Answers answers = answers(new JsonSchema("{\"type\":\"string\",\"maxLength\":1}"));
    assertTrue(answers.accept(ids));
    assertFalse(answers.accept(ids[0], ids[1], ids[4]));
    assertFalse(answers.accept(ids[0], first + 0x80));
    assertFalse(answers.accept(ids[0], first + 0xed, first + 0xa0));
  }

  @Test
  void tokensSpanParts() {
    Answers answers =
        answers(
            new JsonSchema(
                "{\"type\":\"array\",\"items\":{\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"string\"}}}}"));
    int span = Vocabularies.SMALL.encode("\"},{\"", false)[0];
    assertEquals(5, Vocabularies.SMALL.tokenBytes(span).length);
    assertTrue(answers.accept(ids("[{\"a\":\"", span, "a\":\"\"}]")));
  }

  @Test
  void aConstraintKnowsItsEnd() {
    TokenConstraint constraint =
        Vocabularies.COMPILER
            .compile(new Regex("12?"), Vocabularies.SMALL, Vocabularies.SMALL.vocabSize())
            .start();
    assertFalse(constraint.mayEnd());
    constraint.accept(ids("1")[0]);
    assertTrue(constraint.mayEnd());
    assertFalse(constraint.complete());
    constraint.accept(ids("2")[0]);
    assertTrue(constraint.complete());
    assertTrue(BitSet.valueOf(constraint.permitted()).isEmpty());
  }

  @Test
  void rowsOfLogitsMayBeLongerOrShorter() {
    OutputFormat format = new Regex("[a-z]+");
    int size = Vocabularies.SMALL.vocabSize();
    for (int vocabSize : new int[] {size - 3, size, size + 1000}) {
      TokenConstraint constraint =
          Vocabularies.COMPILER.compile(format, Vocabularies.SMALL, vocabSize).start();
      BitSet permitted = BitSet.valueOf(constraint.permitted());
      assertTrue(permitted.length() <= Math.min(vocabSize, size));
      assertFalse(permitted.isEmpty());
    }
  }

  @Test
  void aVocabularyWithoutAllBytesIsRefused() {
    Tokenizer letters = ListTokenizer.withoutBytes("a", "{", "}");
    UnsupportedFeatureException refusal =
        assertThrows(
            UnsupportedFeatureException.class,
            () -> new MaskGrammarCompiler().compile(new JsonObject(), letters, 5));
    assertTrue(refusal.getMessage().contains("0x09"), refusal::getMessage);
  }

  @Test
  void grammarsAreKept() {
    OutputGrammar first =
        Vocabularies.COMPILER.compile(
            new Regex("kept"), Vocabularies.SMALL, Vocabularies.SMALL.vocabSize());
    assertSame(
        first,
        Vocabularies.COMPILER.compile(
            new Regex("kept"), Vocabularies.SMALL, Vocabularies.SMALL.vocabSize()));
  }

  @Test
  void aTokenizerIsNotHeld() throws Exception {
    MaskGrammarCompiler compiler = new MaskGrammarCompiler();
    WeakReference<Tokenizer> tokenizer = new WeakReference<>(used(compiler));
    for (int i = 0; i < 200 && tokenizer.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(tokenizer.get());
  }

  private static Tokenizer used(MaskGrammarCompiler compiler) {
    Tokenizer tokenizer = ListTokenizer.of("abc");
    compiler.compile(new JsonObject(), tokenizer, 300).start().permitted();
    return tokenizer;
  }

  @Test
  void theServiceIsFound() {
    assertTrue(
        ServiceLoader.load(GrammarCompiler.class).stream()
            .anyMatch(provider -> provider.type() == MaskGrammarCompiler.class));
  }
}

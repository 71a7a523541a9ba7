package org.lmdeploy.grammar;

import java.nio.file.Path;
import java.util.List;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.tokenizer.hf.HfTokenizerProvider;

/** The tokenizers that grammars are tried with. They live as long as the tests. */
final class Vocabularies {
  /** Hardly more than bytes. */
  static final ListTokenizer SMALL =
      ListTokenizer.of(
          "{\"", "\"},{\"", "\": ", "\", \"", "ab", "12", " a", "\"\"", "\u00e9\u00e8");

  /** As many tokens as Llama 3 has. */
  static final Tokenizer LARGE = ListTokenizer.large(128_000);

  /** That of the demo model. */
  static final Tokenizer DEMO =
      new HfTokenizerProvider()
          .open(
              Path.of(System.getProperty("lmdeploy.root"))
                  .resolve("model.demo/src/main/resources/org/lmdeploy/model/demo/tiny-internvl2"));

  /** One compiler for all, as in a server. */
  static final MaskGrammarCompiler COMPILER = new MaskGrammarCompiler();

  private Vocabularies() {}

  static List<Tokenizer> all() {
    return List.of(SMALL, DEMO, LARGE);
  }
}

package org.lmdeploy.api.grammar;

import org.lmdeploy.api.tokenizer.Tokenizer;
import org.osgi.annotation.versioning.ProviderType;

/** The service that compiles output formats for the tokens of a model. Safe for many threads. */
@ProviderType
public interface GrammarCompiler {
  /**
   * Compiles a format. Results, and what is known of a tokenizer, are kept for the next request.
   *
   * @param format what an answer must be
   * @param tokenizer the model's tokenizer
   * @param vocabSize entries of a row of logits; ids that the tokenizer lacks are never permitted
   * @throws org.lmdeploy.api.error.InvalidRequestException if the format is malformed, matches
   *     nothing, or is larger than what is accepted
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if it has a keyword or a construct
   *     that cannot be guaranteed, naming it
   */
  OutputGrammar compile(OutputFormat format, Tokenizer tokenizer, int vocabSize);
}

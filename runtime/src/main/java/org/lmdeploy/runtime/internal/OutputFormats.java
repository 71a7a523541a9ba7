package org.lmdeploy.runtime.internal;

import java.util.Collection;
import java.util.Optional;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.TokenConstraint;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * From the formats that requests name to constraints for a model's tokens.
 *
 * @param compilers the services that there are, as they come and go
 * @param tokenizer the model's tokenizer
 * @param vocabSize entries of a row of logits
 */
record OutputFormats(Collection<GrammarCompiler> compilers, Tokenizer tokenizer, int vocabSize) {
  /** The constraint of a new answer, if its format says anything. */
  Optional<TokenConstraint> constraint(GenerationConfig config) {
    return config.responseFormat().map(this::constraint);
  }

  private TokenConstraint constraint(OutputFormat format) {
    GrammarCompiler compiler =
        compilers.stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new UnsupportedFeatureException(
                        "response_format",
                        "no loaded bundle compiles output formats;"
                            + " leave response_format out, or add one that does"));
    return compiler.compile(format, tokenizer, vocabSize).start();
  }
}

package org.lmdeploy.grammar;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.api.grammar.OutputGrammar;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.grammar.automaton.Budget;
import org.lmdeploy.grammar.automaton.Element;
import org.lmdeploy.grammar.automaton.Liveness;
import org.lmdeploy.grammar.automaton.Stack;
import org.lmdeploy.grammar.automaton.State;
import org.lmdeploy.grammar.vocabulary.LeastRecent;
import org.lmdeploy.grammar.vocabulary.Vocabulary;
import org.osgi.service.component.annotations.Component;

/** Compiles output formats to automatons that are walked with the tokens of a vocabulary. */
@Component(service = GrammarCompiler.class)
public final class MaskGrammarCompiler implements GrammarCompiler {
  private static final int MOST_GRAMMARS = 32;

  /** What is known of a tokenizer goes with it; nothing in it holds the tokenizer. */
  private final Map<Tokenizer, Map<Integer, Known>> known =
      Collections.synchronizedMap(new WeakHashMap<>());

  private record Known(Vocabulary vocabulary, LeastRecent<OutputFormat, OutputGrammar> grammars) {}

  /** Called by Declarative Services and by {@link java.util.ServiceLoader}. */
  public MaskGrammarCompiler() {}

  @Override
  public OutputGrammar compile(OutputFormat format, Tokenizer tokenizer, int vocabSize) {
    Objects.requireNonNull(format, "format");
    Known of =
        known
            .computeIfAbsent(tokenizer, _ -> new ConcurrentHashMap<>())
            .computeIfAbsent(
                vocabSize,
                size ->
                    new Known(Vocabulary.of(tokenizer, size), new LeastRecent<>(MOST_GRAMMARS)));
    return of.grammars().get(format, missing -> compile(missing, of.vocabulary()));
  }

  private static OutputGrammar compile(OutputFormat format, Vocabulary vocabulary) {
    Budget budget = new Budget("the output format");
    Element element = new FormatCompiler(vocabulary.specials(), budget).element(format);
    if (!Liveness.compute(element)) {
      throw new InvalidRequestException(
          "response_format", "no finite text is what the output format asks for");
    }
    return new MaskGrammar(vocabulary, State.of(new Stack(element, null)));
  }
}

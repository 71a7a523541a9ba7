package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.api.weights.Quantizer;

/** The services that models are put together from, as they come and go. */
final class Components {
  final Collection<ModelFamily> families = new CopyOnWriteArrayList<>();
  final Collection<Engine> engines = new CopyOnWriteArrayList<>();
  final Collection<DeviceProvider> devices = new CopyOnWriteArrayList<>();
  final Collection<TokenizerProvider> tokenizers = new CopyOnWriteArrayList<>();
  final Collection<Quantizer> quantizers =
      new CopyOnWriteArrayList<>(List.of(new DenseQuantizer()));
  final Collection<ToolParser> toolParsers = new CopyOnWriteArrayList<>();
  final Collection<ReasoningParser> reasoningParsers = new CopyOnWriteArrayList<>();
  final Collection<EmbeddedModel> embeddedModels = new CopyOnWriteArrayList<>();
  final Collection<GrammarCompiler> grammars = new CopyOnWriteArrayList<>();

  /** Says which bundle would bring an architecture that no service offers. */
  private final Function<String, Optional<String>> offering;

  Components(Function<String, Optional<String>> offering) {
    this.offering = offering;
  }

  /** What is registered, one line each. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (ModelFamily family : families) {
      lines.add("family     " + family.name() + "  " + String.join(", ", family.architectures()));
    }
    engines.forEach(engine -> lines.add("engine     " + engine.name()));
    tokenizers.forEach(tokenizer -> lines.add("tokenizer  " + tokenizer.name()));
    quantizers.forEach(quantizer -> lines.add("quantizer  " + quantizer.name()));
    toolParsers.forEach(
        parser -> lines.add("parser     " + String.join(", ", parser.names()) + "  of tool calls"));
    reasoningParsers.forEach(
        parser -> lines.add("parser     " + String.join(", ", parser.names()) + "  of reasoning"));
    for (EmbeddedModel model : embeddedModels) {
      lines.add("model      " + model.name() + "  embedded");
    }
    return lines.stream().sorted().toList();
  }

  /**
   * A family that opens a model.
   *
   * @param evidence what in the model's files says so
   */
  record ChosenFamily(ModelFamily family, String evidence) {}

  ChosenFamily family(ModelFiles files) {
    for (ModelFamily family : families) {
      Optional<String> evidence = family.accepts(files);
      if (evidence.isPresent()) {
        return new ChosenFamily(family, evidence.get());
      }
    }
    String architecture = files.architecture();
    throw new UnsupportedFeatureException(
        "no loaded bundle supports this model of the architecture "
            + architecture
            + "; loaded families: "
            + listFamilies()
            + ". "
            + offering
                .apply(architecture)
                .orElse(
                    "A bundle that provides the capability lmdeploy.family with this"
                        + " architecture has to be added."));
  }

  private String listFamilies() {
    String list =
        String.join(
            "; ",
            families.stream()
                .map(
                    family ->
                        family.name() + " (" + String.join(", ", family.architectures()) + ")")
                .sorted()
                .toList());
    return list.isEmpty() ? "none" : list;
  }
}

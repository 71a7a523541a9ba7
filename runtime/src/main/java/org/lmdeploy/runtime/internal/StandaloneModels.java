package org.lmdeploy.runtime.internal;

import java.util.Collection;
import java.util.Optional;
import java.util.ServiceLoader;
import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.api.weights.Quantizer;
import org.lmdeploy.runtime.StandaloneModelManager;

/** Puts a model manager together from the services of the class path. */
public final class StandaloneModels {
  private StandaloneModels() {}

  /** A model manager over what {@link ServiceLoader} finds. */
  public static StandaloneModelManager open(ClassLoader loader) {
    Components components = new Components(architecture -> Optional.empty());
    collect(loader, ModelFamily.class, components.families);
    collect(loader, Engine.class, components.engines);
    collect(loader, DeviceProvider.class, components.devices);
    collect(loader, TokenizerProvider.class, components.tokenizers);
    collect(loader, Quantizer.class, components.quantizers);
    collect(loader, ToolParser.class, components.toolParsers);
    collect(loader, ReasoningParser.class, components.reasoningParsers);
    collect(loader, EmbeddedModel.class, components.embeddedModels);
    collect(loader, GrammarCompiler.class, components.grammars);
    Models models =
        new Models(
            components, single(loader, ModelFolders.class), single(loader, ChatTemplates.class));
    return new StandaloneModelManager(models, models::close);
  }

  private static <T> void collect(ClassLoader loader, Class<T> type, Collection<T> into) {
    ServiceLoader.load(type, loader).forEach(into::add);
  }

  private static <T> T single(ClassLoader loader, Class<T> type) {
    return ServiceLoader.load(type, loader)
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedFeatureException(
                    "no " + type.getSimpleName() + " is on the class path"));
  }
}

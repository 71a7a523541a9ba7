package org.lmdeploy.runtime.internal;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.grammar.GrammarCompiler;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.parser.ReasoningParser;
import org.lmdeploy.api.parser.ToolParser;
import org.lmdeploy.api.template.ChatTemplate;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.api.weights.Quantizer;
import org.lmdeploy.runtime.LoadOptions;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The model manager as a service: bundles may bring and take parts while models are served. */
@Component(service = ModelManager.class)
public final class ModelManagerComponent implements ModelManager {
  private final Components components;
  private final Models models;

  /**
   * A bundle's other services, and those who collect them (the template registry), follow within
   * the same start of the bundle.
   */
  private static final long RETURN_MILLIS = 200;

  /** Brings withdrawn models back; not on the thread that starts a bundle, which must not wait. */
  private final ScheduledExecutorService returns =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("lmdeploy-model-returns").factory());

  /** Made by declarative services. */
  @Activate
  public ModelManagerComponent(
      BundleContext context, @Reference ModelFolders folders, @Reference ChatTemplates templates) {
    components = new Components(new InactiveBundles(context)::offering);
    models = new Models(components, folders, templates);
  }

  @Deactivate
  void deactivate() {
    returns.shutdownNow();
    models.close();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addFamily(ModelFamily service) {
    came(components.families, service);
  }

  void removeFamily(ModelFamily service) {
    went(components.families, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addEngine(Engine service) {
    came(components.engines, service);
  }

  void removeEngine(Engine service) {
    went(components.engines, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addDeviceProvider(DeviceProvider service) {
    came(components.devices, service);
  }

  void removeDeviceProvider(DeviceProvider service) {
    went(components.devices, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addTokenizerProvider(TokenizerProvider service) {
    came(components.tokenizers, service);
  }

  void removeTokenizerProvider(TokenizerProvider service) {
    went(components.tokenizers, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addQuantizer(Quantizer service) {
    came(components.quantizers, service);
  }

  void removeQuantizer(Quantizer service) {
    went(components.quantizers, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addToolParser(ToolParser service) {
    came(components.toolParsers, service);
  }

  void removeToolParser(ToolParser service) {
    went(components.toolParsers, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addReasoningParser(ReasoningParser service) {
    came(components.reasoningParsers, service);
  }

  void removeReasoningParser(ReasoningParser service) {
    went(components.reasoningParsers, service);
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addEmbeddedModel(EmbeddedModel service) {
    came(components.embeddedModels, service);
  }

  void removeEmbeddedModel(EmbeddedModel service) {
    went(components.embeddedModels, service);
  }

  /** Answers ask for one when they begin; no model is made of it. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addGrammarCompiler(GrammarCompiler service) {
    components.grammars.add(service);
  }

  void removeGrammarCompiler(GrammarCompiler service) {
    components.grammars.remove(service);
  }

  /** Templates are chosen by the registry; here it counts that models are made of them. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addTemplate(ChatTemplate service) {
    bringBackSoon();
  }

  void removeTemplate(ChatTemplate service) {
    models.withdraw(service);
  }

  private <T> void came(Collection<T> services, T service) {
    services.add(service);
    bringBackSoon();
  }

  private void bringBackSoon() {
    var _ = returns.schedule(models::bringBack, RETURN_MILLIS, TimeUnit.MILLISECONDS);
  }

  private <T> void went(Collection<T> services, T service) {
    services.remove(service);
    models.withdraw(service);
  }

  @Override
  public ServedModel load(LoadOptions options, Consumer<String> progress) {
    return models.load(options, progress);
  }

  @Override
  public void unload(String name) {
    models.unload(name);
  }

  @Override
  public ServedModel model(String name) {
    return models.model(name);
  }

  @Override
  public List<ServedModel> models() {
    return models.models();
  }

  @Override
  public List<String> embeddedModels() {
    return models.embeddedModels();
  }

  @Override
  public List<String> templates() {
    return models.templates();
  }

  @Override
  public List<String> components() {
    return models.components();
  }

  @Override
  public List<DeviceInfo> devices() {
    return models.devices();
  }

  @Override
  public List<String> unavailableDevices() {
    return models.unavailableDevices();
  }
}

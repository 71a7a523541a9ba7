package org.lmdeploy.runtime.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.EngineModel;
import org.lmdeploy.api.engine.EngineRequest;
import org.lmdeploy.api.engine.MemoryPlan;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ImageProcessor;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.model.ModelFolders;
import org.lmdeploy.api.model.ModelSource;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.weights.Checkpoint;
import org.lmdeploy.runtime.LoadOptions;

/** Opens a model: folder, choices, configuration, plan, weights; in this order, told as it goes. */
final class ModelOpener {
  private final Components components;
  private final ModelFolders folders;
  private final ChatTemplates templates;
  private final ImageLoader imageLoader = new ImageLoader();

  ModelOpener(Components components, ModelFolders folders, ChatTemplates templates) {
    this.components = components;
    this.folders = folders;
    this.templates = templates;
  }

  OpenModel open(LoadOptions options, Consumer<String> progress) {
    FoundModel found = find(options, progress);
    Path folder = found.folder();
    ModelFiles files = folders.read(folder);
    Recipe recipe = Recipe.choose(components, templates, files, found, options);
    recipe.why().forEach(progress);
    ModelBlueprint blueprint = recipe.family().blueprint(files);
    blueprint.evidence().forEach(progress);
    String name = options.name().orElse(found.name());
    try (Opening opening = new Opening()) {
      Checkpoint checkpoint = opening.add(folders.open(folder));
      Tokenizer tokenizer = opening.add(recipe.tokenizer().open(folder));
      EndTokens ends = EndTokens.of(files, tokenizer, recipe.template().template().stopWords());
      Optional<ImageProcessor> images = blueprint.imageProcessor(tokenizer);
      DType weightType = weightType(checkpoint);
      Device device = opening.add(recipe.deviceProvider().open(recipe.device().id(), weightType));
      EngineRequest request =
          new EngineRequest(
              name,
              blueprint,
              () ->
                  new CountedWeights(
                      recipe.quantizer().open(checkpoint, files), checkpoint.bytes(), progress),
              checkpoint.bytes(),
              device,
              tokenizer,
              ends.ids(),
              options.engine());
      MemoryPlan plan = recipe.engine().plan(request);
      plan.lines().forEach(progress);
      EngineModel model = opening.replace(device, recipe.engine().open(request, plan));
      List<String> why = new ArrayList<>(recipe.why());
      why.addAll(blueprint.evidence());
      why.addAll(plan.lines());
      return new OpenModel(
          name,
          // brought back after a bundle was away, it is the same commit again
          options.withSource(found.revision(), options.downloadDir()),
          recipe,
          List.copyOf(why),
          tokenizer,
          new RequestPreparer(
              name,
              recipe.template().template(),
              tokenizer,
              images.orElse(null),
              ends,
              imageLoader,
              new OutputFormats(components.grammars, tokenizer, blueprint.vocabSize())),
          SamplingDefaults.of(files.generationConfig()),
          model,
          opening.keep());
    }
  }

  /** The type of most of a checkpoint's bytes: what {@code torch_dtype} should say. */
  private static DType weightType(Checkpoint checkpoint) {
    Map<DType, Long> bytes = new EnumMap<>(DType.class);
    for (String name : checkpoint.names()) {
      HostTensor tensor = checkpoint.tensor(name);
      if (tensor.dtype().isFloat()) {
        bytes.merge(tensor.dtype(), tensor.data().byteSize(), Long::sum);
      }
    }
    return bytes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(DType.BF16);
  }

  private FoundModel find(LoadOptions options, Consumer<String> progress) {
    for (EmbeddedModel embedded : components.embeddedModels) {
      if (embedded.name().equals(options.model())) {
        if (options.revision().isPresent()) {
          throw new InvalidRequestException(
              "revision",
              "the embedded model %s has no revision %s; leave out --revision"
                  .formatted(embedded.name(), options.revision().get()));
        }
        return new FoundModel(
            EmbeddedModels.unpack(embedded),
            embedded.name(),
            Optional.empty(),
            "the embedded model " + embedded.name());
      }
    }
    return folders.find(
        new ModelSource(options.model(), options.revision(), options.downloadDir()), progress);
  }
}

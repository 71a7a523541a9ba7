package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.engine.Engine;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.FoundModel;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.DeviceProvider;
import org.lmdeploy.api.template.ChatTemplates;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.lmdeploy.api.weights.Quantizer;
import org.lmdeploy.runtime.LoadOptions;

/**
 * Which services a model is put together from, each with the evidence for the choice. Nothing is
 * opened yet.
 */
record Recipe(
    ModelFiles files,
    ModelFamily family,
    ChatTemplates.Choice template,
    Parsers parsers,
    TokenizerProvider tokenizer,
    Quantizer quantizer,
    Engine engine,
    DeviceProvider deviceProvider,
    DeviceInfo device,
    List<String> why) {

  static Recipe choose(
      Components components,
      ChatTemplates templates,
      ModelFiles files,
      FoundModel found,
      LoadOptions options) {
    List<String> why = new ArrayList<>();
    why.add(line("model", files.folder().toString(), found.evidence()));
    Components.ChosenFamily chosen = components.family(files);
    ModelFamily family = chosen.family();
    why.add(line("family", family.name(), chosen.evidence()));
    ChatTemplates.Choice template = templates.choose(files, options.chatTemplate());
    why.add(line("template", template.template().name(), template.evidence()));
    Parsers parsers = Parsers.choose(components, template.template(), files, options, why);
    TokenizerProvider tokenizer = tokenizer(components, files, why);
    Quantizer quantizer = quantizer(components, files, options.modelFormat(), why);
    Engine engine = engine(components, options.backend(), why);
    DeviceProvider provider = deviceProvider(components, engine, options.device(), why);
    DeviceInfo device = device(provider, options.device());
    return new Recipe(
        files,
        family,
        template,
        parsers,
        tokenizer,
        quantizer,
        engine,
        provider,
        device,
        List.copyOf(why));
  }

  static String line(String what, String chosen, String evidence) {
    return "%-11s%s  (%s)".formatted(what, chosen, evidence);
  }

  /** The services that take part in this model. */
  List<Object> parts() {
    List<Object> parts = new ArrayList<>(parsers.parts());
    parts.addAll(
        List.of(family, template.template(), tokenizer, quantizer, engine, deviceProvider));
    return List.copyOf(parts);
  }

  private static TokenizerProvider tokenizer(
      Components components, ModelFiles files, List<String> why) {
    for (TokenizerProvider provider : components.tokenizers) {
      Optional<String> evidence = provider.accepts(files.folder());
      if (evidence.isPresent()) {
        why.add(line("tokenizer", provider.name(), evidence.get()));
        return provider;
      }
    }
    throw new UnsupportedFeatureException(
        "no loaded bundle can open the tokenizer of "
            + files.folder()
            + "; tokenizer.json or tokenizer.model is needed. Loaded: "
            + components.tokenizers.stream().map(TokenizerProvider::name).toList());
  }

  private static Quantizer quantizer(
      Components components, ModelFiles files, Optional<String> wanted, List<String> why) {
    List<String> names = components.quantizers.stream().map(Quantizer::name).sorted().toList();
    if (wanted.isPresent() && !names.contains(wanted.get())) {
      throw new InvalidRequestException(
          "model_format", "no model format " + wanted.get() + "; loaded: " + names);
    }
    for (Quantizer quantizer : components.quantizers) {
      if (wanted.isEmpty() || wanted.get().equals(quantizer.name())) {
        Optional<String> evidence = quantizer.accepts(files);
        if (evidence.isPresent()) {
          why.add(line("quantizer", quantizer.name(), evidence.get()));
          return quantizer;
        }
      }
    }
    throw new UnsupportedFeatureException(
        "no loaded bundle reads the weights of this model: quantization_config is "
            + files.config().values().get("quantization_config")
            + "; loaded formats: "
            + names);
  }

  private static Engine engine(Components components, Optional<String> wanted, List<String> why) {
    List<String> names = components.engines.stream().map(Engine::name).sorted().toList();
    Engine engine =
        components.engines.stream()
            .filter(candidate -> wanted.isEmpty() || wanted.get().equals(candidate.name()))
            .max(Comparator.comparingInt(Engine::preference))
            .orElseThrow(
                () ->
                    new UnsupportedFeatureException(
                        "backend",
                        wanted.isPresent()
                            ? "no backend " + wanted.get() + "; loaded: " + names
                            : "no engine is loaded; the bundle engine.turbomind brings one"));
    why.add(
        line(
            "engine",
            engine.name(),
            wanted.isPresent() ? "asked for by backend" : "preferred among " + names));
    return engine;
  }

  private static DeviceProvider deviceProvider(
      Components components, Engine engine, Optional<String> wanted, List<String> why) {
    List<DeviceProvider> fitting =
        components.devices.stream()
            .filter(provider -> provider.engines().contains(engine.name()))
            .sorted(Comparator.comparingInt(DeviceProvider::preference).reversed())
            .toList();
    List<String> refused = new ArrayList<>();
    for (DeviceProvider provider : fitting) {
      String kind = provider.kind();
      if (wanted.isPresent()
          && !wanted.get().equals(kind)
          && !wanted.get().startsWith(kind + ":")) {
        continue;
      }
      if (!provider.devices().isEmpty()) {
        String reason = wanted.isPresent() ? "asked for" : "best that can be used";
        why.add(
            line(
                "device",
                device(provider, wanted).id(),
                reason + (refused.isEmpty() ? "" : "; " + String.join("; ", refused))));
        return provider;
      }
      refused.add("no " + kind + ": " + provider.unavailableReason());
    }
    throw new UnsupportedFeatureException(
        "device",
        "engine "
            + engine.name()
            + " has no device"
            + wanted.map(name -> " " + name).orElse("")
            + "; kinds: "
            + fitting.stream().map(DeviceProvider::kind).toList()
            + (refused.isEmpty() ? "" : "; " + String.join("; ", refused)));
  }

  private static DeviceInfo device(DeviceProvider provider, Optional<String> wanted) {
    List<DeviceInfo> devices = provider.devices();
    return devices.stream()
        .filter(device -> wanted.isEmpty() || wanted.get().equals(device.id()))
        .findFirst()
        .or(
            () ->
                wanted.get().equals(provider.kind())
                    ? devices.stream().findFirst()
                    : Optional.empty())
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "device",
                    "no device "
                        + wanted.get()
                        + "; there are "
                        + devices.stream().map(DeviceInfo::id).toList()));
  }
}

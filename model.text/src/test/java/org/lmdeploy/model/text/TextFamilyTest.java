package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;

/** The family of text models as a service and as a capability. */
final class TextFamilyTest {
  private static ModelFamily family() {
    return ServiceLoader.load(ModelFamily.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(family -> family.name().equals("text"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void opensTextModels() {
    ModelBlueprint blueprint = family().blueprint(files(Map.of()));
    assertEquals(100, blueprint.vocabSize());
    assertEquals(0, blueprint.visionActivationElements(1));
    assertTrue(blueprint.imageProcessor(null).isEmpty());
    assertTrue(blueprint.evidence().getFirst().contains("LlamaForCausalLM"));
  }

  @Test
  void leavesImageEncodersToOthers() {
    Map<String, Object> qwen = Map.of("architectures", List.of("QWenLMHeadModel"));
    assertTrue(family().accepts(files(qwen)).orElseThrow().contains("QWenLMHeadModel"));
    Map<String, Object> encoder = new HashMap<>(qwen);
    encoder.put("visual", Map.of("width", 1664));
    assertTrue(family().accepts(files(encoder)).isEmpty());
    assertTrue(family().accepts(files(Map.of("architectures", List.of("Other")))).isEmpty());
  }

  private static ModelFiles files(Map<String, ?> changes) {
    return new ModelFiles(
        Path.of("."), Configs.llama(changes), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void declaresItsArchitectures() throws IOException {
    assertEquals(TextModels.architectures(), family().architectures());
    String capability = String.join(",", TextModels.architectures());
    try (var in = Files.newInputStream(Path.of("target/classes/META-INF/MANIFEST.MF"))) {
      String provided = new Manifest(in).getMainAttributes().getValue("Provide-Capability");
      assertTrue(provided.contains('"' + capability + '"'), provided);
    }
  }
}

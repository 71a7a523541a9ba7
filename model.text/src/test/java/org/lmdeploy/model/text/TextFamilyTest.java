package org.lmdeploy.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    ModelFiles files =
        new ModelFiles(
            Path.of("."),
            Configs.llama(Map.of()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    ModelBlueprint blueprint = family().blueprint(files);
    assertEquals(100, blueprint.vocabSize());
    assertEquals(0, blueprint.visionActivationElements(1));
    assertTrue(blueprint.imageProcessor(null).isEmpty());
    assertTrue(blueprint.evidence().getFirst().contains("LlamaForCausalLM"));
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

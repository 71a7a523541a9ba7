package org.lmdeploy.model.qwen2vl;

import java.util.List;
import org.lmdeploy.api.capability.Namespaces;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;

/** Qwen2-VL and Qwen2.5-VL. */
@Component(service = ModelFamily.class)
@Capability(
    namespace = Namespaces.FAMILY,
    name = Qwen2VlFamily.NAME,
    attribute =
        Namespaces.ARCHITECTURES
            + ":List<String>='Qwen2VLForConditionalGeneration,"
            + "Qwen2_5_VLForConditionalGeneration'")
public final class Qwen2VlFamily implements ModelFamily {
  static final String NAME = "qwen2vl";

  /** Called by Declarative Services and by {@link java.util.ServiceLoader}. */
  public Qwen2VlFamily() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> architectures() {
    return List.of("Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration");
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    return Qwen2VlBlueprint.of(files);
  }
}

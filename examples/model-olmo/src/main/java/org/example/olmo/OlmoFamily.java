package org.example.olmo;

import java.util.List;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.service.component.annotations.Component;

/** Opens models whose config.json says {@code OlmoForCausalLM}. */
@Component
public final class OlmoFamily implements ModelFamily {
  static final String ARCHITECTURE = "OlmoForCausalLM";

  @Override
  public String name() {
    return "olmo";
  }

  @Override
  public List<String> architectures() {
    return List.of(ARCHITECTURE);
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    return new OlmoBlueprint(OlmoConfig.read(files.config()));
  }
}

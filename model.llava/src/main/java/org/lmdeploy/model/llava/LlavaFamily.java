package org.lmdeploy.model.llava;

import java.util.List;
import java.util.stream.Stream;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.service.component.annotations.Component;

/** LLaVA 1.5 and 1.6 as their authors published them and as transformers has them. */
@Component
public final class LlavaFamily implements ModelFamily {
  @Override
  public String name() {
    return "llava";
  }

  @Override
  public List<String> architectures() {
    return Stream.concat(
            OriginalConfig.TEXT_ARCHITECTURES.keySet().stream(),
            Stream.of(TransformersConfig.LLAVA, TransformersConfig.LLAVA_NEXT))
        .toList();
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    boolean original = OriginalConfig.TEXT_ARCHITECTURES.containsKey(files.architecture());
    return new LlavaBlueprint(
        original ? OriginalConfig.read(files) : TransformersConfig.read(files));
  }
}

package org.lmdeploy.model.qwenvl;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.service.component.annotations.Component;

/** Qwen-VL and Qwen-VL-Chat: the class QWenLMHeadModel where its configuration has an encoder. */
@Component
public final class QwenVlFamily implements ModelFamily {
  @Override
  public String name() {
    return "qwenvl";
  }

  @Override
  public List<String> architectures() {
    return List.of("QWenLMHeadModel");
  }

  /** Without {@code visual} the class is a text model, which is another family's. */
  @Override
  public Optional<String> accepts(ModelFiles files) {
    return files.config().has("visual")
        ? ModelFamily.super.accepts(files).map(evidence -> evidence + " with visual")
        : Optional.empty();
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    return QwenVlBlueprint.of(files);
  }
}

package org.lmdeploy.model.internvl;

import java.util.List;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.service.component.annotations.Component;

/** InternVL-Chat-V1-5, Mini-InternVL, InternVL2 and later models of the class InternVLChatModel. */
@Component
public final class InternVlFamily implements ModelFamily {
  @Override
  public String name() {
    return "internvl";
  }

  @Override
  public List<String> architectures() {
    return List.of("InternVLChatModel");
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    return InternVlBlueprint.of(files);
  }
}

package org.lmdeploy.model.text.family;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.capability.Namespaces;
import org.lmdeploy.api.model.ModelBlueprint;
import org.lmdeploy.api.model.ModelFamily;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.model.text.TextModels;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;

/** Text models that stand alone. */
@Component(service = ModelFamily.class)
@Capability(
    namespace = Namespaces.FAMILY,
    name = TextFamily.NAME,
    attribute =
        Namespaces.ARCHITECTURES
            + ":List<String>='LlamaForCausalLM,InternLM2ForCausalLM,"
            + "MistralForCausalLM,Qwen2ForCausalLM,"
            + "Qwen3ForCausalLM,Phi3ForCausalLM,"
            + "InternLMForCausalLM,QWenLMHeadModel,"
            + "GlmForCausalLM,ChatGLMModel,BaichuanForCausalLM,BaiChuanForCausalLM'")
public final class TextFamily implements ModelFamily {
  static final String NAME = "text";

  /** Called by Declarative Services and by {@link java.util.ServiceLoader}. */
  public TextFamily() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> architectures() {
    return TextModels.architectures();
  }

  /** With an image encoder, the class QWenLMHeadModel is that of Qwen-VL: another family's. */
  @Override
  public Optional<String> accepts(ModelFiles files) {
    boolean encoder =
        files.architecture().equals("QWenLMHeadModel") && files.config().has("visual");
    return encoder ? Optional.empty() : ModelFamily.super.accepts(files);
  }

  @Override
  public ModelBlueprint blueprint(ModelFiles files) {
    return new TextModelBlueprint(TextModels.blueprint(files.config(), ""));
  }
}

package org.lmdeploy.api.template;

import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.model.ModelFiles;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The registry of chat templates. Precedence: the one that was asked for, else the checkpoint's own
 * Jinja {@code chat_template}, else the built-in one that matches the path, else {@code base}.
 */
@ProviderType
public interface ChatTemplates {
  /** Names of all templates that can be asked for, in alphabetical order. */
  List<String> names();

  /**
   * Chooses the template of a model.
   *
   * @param files the model
   * @param requested a name, a JSON object with LMDeploy's ChatTemplateConfig fields, or the path
   *     of such a file; empty if none was asked for
   * @throws org.lmdeploy.api.error.InvalidRequestException if there is no such template; the
   *     message lists the names
   */
  Choice choose(ModelFiles files, Optional<String> requested);

  /**
   * A chosen template.
   *
   * @param template the template
   * @param evidence why it was chosen, one sentence
   */
  record Choice(ChatTemplate template, String evidence) {}
}

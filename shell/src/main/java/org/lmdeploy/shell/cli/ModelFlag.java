package org.lmdeploy.shell.cli;

import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import picocli.CommandLine.Option;

/** Which of the loaded models a command of the Felix shell is about. */
final class ModelFlag {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Which loaded model (default: the only one).")
  private String model;

  ServedModel of(ModelManager manager) {
    if (model != null) {
      return manager.model(model);
    }
    List<ServedModel> models = manager.models();
    if (models.size() != 1) {
      throw new InvalidRequestException(
          "model",
          models.isEmpty()
              ? "No model is loaded; load one with lmdeploy:load."
              : "Several models are loaded; say which with --model NAME.");
    }
    return models.getFirst();
  }
}

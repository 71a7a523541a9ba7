package org.lmdeploy.server.http.openai;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.ModelNotFoundException;
import org.lmdeploy.api.error.UnavailableException;
import org.lmdeploy.runtime.ModelManager;
import org.lmdeploy.runtime.ServedModel;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;

/** Finds the model that a request names. */
public final class ServedModels {
  private ServedModels() {}

  /** The model of the field {@code model}; where it is missing, the only one that is served. */
  public static ServedModel of(Fields body, ModelManager manager) {
    Optional<String> name = body.text("model");
    List<ServedModel> models = manager.models();
    if (name.isPresent()) {
      return named(name.get(), manager);
    }
    if (models.isEmpty()) {
      throw noneYet(null);
    }
    if (models.size() > 1) {
      String names = models.stream().map(ServedModel::name).collect(Collectors.joining(", "));
      throw Problems.missing("model", "one of " + names);
    }
    return models.getFirst();
  }

  private static ServedModel named(String name, ModelManager manager) {
    try {
      return manager.model(name);
    } catch (ModelNotFoundException e) {
      if (manager.models().isEmpty()) {
        throw noneYet(e); // it may be the one that is being loaded
      }
      throw e;
    }
  }

  private static UnavailableException noneYet(Throwable cause) {
    return new UnavailableException(
        "no model is served at the moment; GET /health tells when one is", cause);
  }
}

package org.lmdeploy.server.http.answer;

import org.lmdeploy.server.http.json.Fields;

/** One of the protocol's questions: what a body asks for. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Reads a request completely; nothing is computed yet.
   *
   * @throws org.lmdeploy.api.error.LmDeployException naming the field that is wrong
   */
  GenerationPlan plan(Fields body);
}

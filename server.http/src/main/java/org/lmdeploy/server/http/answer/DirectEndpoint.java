package org.lmdeploy.server.http.answer;

import java.io.OutputStream;
import org.lmdeploy.server.http.json.Fields;

/** A question that is answered at once, without an engine. */
@FunctionalInterface
public interface DirectEndpoint {
  /**
   * Writes the answer's JSON.
   *
   * @throws org.lmdeploy.api.error.LmDeployException naming the field that is wrong
   */
  void answer(Fields body, OutputStream out);
}

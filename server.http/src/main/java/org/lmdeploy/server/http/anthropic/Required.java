package org.lmdeploy.server.http.anthropic;

import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.databind.JsonNode;

/** Fields that must be there. */
final class Required {
  private Required() {}

  static String text(Fields fields, String field, String right) {
    return fields.text(field).orElseThrow(() -> Problems.missing(fields.name(field), right));
  }

  static JsonNode value(Fields fields, String field, String right) {
    return fields.value(field).orElseThrow(() -> Problems.missing(fields.name(field), right));
  }

  static Fields object(Fields fields, String field) {
    return fields
        .object(field)
        .orElseThrow(() -> Problems.missing(fields.name(field), "an object"));
  }
}

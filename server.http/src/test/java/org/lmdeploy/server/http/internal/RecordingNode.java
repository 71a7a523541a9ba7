package org.lmdeploy.server.http.internal;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A request's body that remembers which fields were asked for. */
final class RecordingNode extends ObjectNode {
  private static final long serialVersionUID = 1;

  final transient Set<String> asked = new TreeSet<>();

  RecordingNode(String json) {
    super(JsonNodeFactory.instance);
    setAll((ObjectNode) new JsonMapper().readTree(json));
  }

  @Override
  public JsonNode get(String name) {
    asked.add(name);
    return super.get(name);
  }
}

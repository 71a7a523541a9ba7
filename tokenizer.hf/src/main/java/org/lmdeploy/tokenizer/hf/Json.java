package org.lmdeploy.tokenizer.hf;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The JSON reader of this bundle. */
final class Json {
  /** Files are bounded before they are read, and a vocabulary is one value of a file. */
  private static final int LONGEST_TEXT = 256 << 20;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                  .build())
          .build();

  private Json() {}

  static ConfigTree object(String origin, String text) {
    try {
      Map<String, Object> values =
          MAPPER.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
      if (values == null) {
        throw new InvalidModelException(origin + " holds null; a JSON object is needed");
      }
      return ConfigTree.of(origin, values);
    } catch (JacksonException e) {
      throw damaged(origin, e);
    }
  }

  static InvalidModelException damaged(String origin, JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new InvalidModelException(
        origin + " is no complete JSON object: " + e.getOriginalMessage() + where, e);
  }
}

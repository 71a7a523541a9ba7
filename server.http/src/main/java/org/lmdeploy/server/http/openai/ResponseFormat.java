package org.lmdeploy.server.http.openai;

import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.grammar.OutputFormat;
import org.lmdeploy.server.http.json.Fields;
import org.lmdeploy.server.http.json.Problems;
import tools.jackson.databind.JsonNode;

/**
 * The field {@code response_format}: OpenAI's types, and LMDeploy's {@code regex_schema}. A schema
 * is always kept to, whether {@code strict} is set or not.
 */
final class ResponseFormat {
  private static final String FIELD = "response_format";

  private ResponseFormat() {}

  /** What the answer must be; empty for any text. */
  static Optional<OutputFormat> read(Fields body) {
    return body.object(FIELD).flatMap(ResponseFormat::format);
  }

  private static Optional<OutputFormat> format(Fields fields) {
    String type =
        fields.text("type").orElseThrow(() -> Problems.missing(fields.name("type"), "a type"));
    Optional<OutputFormat> format =
        switch (type) {
          case "text" -> Optional.empty();
          case "json_object" -> Optional.of(new OutputFormat.JsonObject());
          case "json_schema" -> Optional.of(schema(fields));
          case "regex_schema" -> Optional.of(regex(fields));
          default ->
              throw new InvalidRequestException(
                  fields.name("type"),
                  fields.name("type")
                      + " is \""
                      + Problems.shown(type)
                      + "\"; it must be text, json_object, json_schema or regex_schema");
        };
    fields.refuseUnknown();
    return format;
  }

  private static OutputFormat schema(Fields fields) {
    Fields named =
        fields
            .object("json_schema")
            .orElseThrow(
                () -> Problems.missing(fields.name("json_schema"), "an object with a schema"));
    named.text("name"); // a label, as the description is
    named.text("description");
    named.flag("strict", true);
    JsonNode schema =
        named
            .value("schema")
            .orElseThrow(() -> Problems.missing(named.name("schema"), "a JSON Schema"));
    if (!schema.isObject() && !schema.isBoolean()) {
      throw Problems.wrong(named.name("schema"), schema, "a JSON Schema, which is an object");
    }
    named.refuseUnknown();
    return new OutputFormat.JsonSchema(schema.toString());
  }

  private static OutputFormat regex(Fields fields) {
    return new OutputFormat.Regex(
        fields
            .text("regex_schema")
            .orElseThrow(
                () -> Problems.missing(fields.name("regex_schema"), "a regular expression")));
  }
}

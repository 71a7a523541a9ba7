package org.lmdeploy.grammar;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** An independent validator, which asserts formats too. */
final class Judge {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final Schema schema;

  Judge(String schema) {
    this.schema = REGISTRY.getSchema(schema);
  }

  /** What is wrong with a value; empty if it is valid. */
  String complaint(String json) {
    var errors =
        schema.validate(
            json,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    return errors.isEmpty() ? "" : errors.toString();
  }
}

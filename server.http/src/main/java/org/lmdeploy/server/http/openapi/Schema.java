package org.lmdeploy.server.http.openapi;

import java.util.Collection;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A JSON Schema (2020-12) that is put together: what a value may be. */
public final class Schema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode node = JSON.objectNode();

  private Schema() {}

  private static Schema ofType(String type) {
    Schema schema = new Schema();
    schema.node.put("type", type);
    return schema;
  }

  /** Any value. */
  static Schema any() {
    return new Schema();
  }

  /** A text. */
  static Schema text() {
    return ofType("string");
  }

  /** One of some texts. */
  static Schema oneOf(String... values) {
    Schema schema = text();
    ArrayNode list = schema.node.putArray("enum");
    for (String value : values) {
      list.add(value);
    }
    return schema;
  }

  /** True or false. */
  static Schema flag() {
    return ofType("boolean");
  }

  /** True or false, and what it is where it is left out. */
  static Schema flag(boolean ifAbsent) {
    Schema schema = flag();
    schema.node.put("default", ifAbsent);
    return schema;
  }

  /** A whole number. */
  static Schema integer() {
    return ofType("integer");
  }

  /** A whole number, at least this. */
  static Schema integer(long least) {
    Schema schema = integer();
    schema.node.put("minimum", least);
    return schema;
  }

  /** A whole number within bounds. */
  static Schema integer(long least, long most) {
    Schema schema = integer(least);
    schema.node.put("maximum", most);
    return schema;
  }

  /** A number. */
  static Schema number() {
    return ofType("number");
  }

  /** A number within bounds. */
  static Schema number(double least, double most) {
    Schema schema = number();
    schema.node.put("minimum", least);
    schema.node.put("maximum", most);
    return schema;
  }

  /** A number above one bound and up to another. */
  static Schema numberAbove(double bound, double most) {
    Schema schema = number();
    schema.node.put("exclusiveMinimum", bound);
    schema.node.put("maximum", most);
    return schema;
  }

  /** A list. */
  static Schema list(Schema items) {
    Schema schema = ofType("array");
    schema.node.set("items", items.node);
    return schema;
  }

  /** A list of bounded length. */
  static Schema list(Schema items, int least, int most) {
    Schema schema = list(items);
    schema.node.put("minItems", least);
    schema.node.put("maxItems", most);
    return schema;
  }

  /** An object whose keys are not known beforehand. */
  static Schema map(Schema values) {
    Schema schema = ofType("object");
    schema.node.set("additionalProperties", values.node);
    return schema;
  }

  /** The same without any key. */
  Schema empty() {
    node.put("maxProperties", 0);
    return this;
  }

  /** An object with the fields that are given to it. */
  static Schema object() {
    Schema schema = ofType("object");
    schema.node.putObject("properties");
    return schema;
  }

  /** What is in {@code components/schemas} under a name. */
  static Schema reference(String name) {
    Schema schema = new Schema();
    schema.node.put("$ref", "#/components/schemas/" + name);
    return schema;
  }

  /** A value that fits at least one of several. */
  static Schema anyOf(Schema... alternatives) {
    Schema schema = new Schema();
    ArrayNode list = schema.node.putArray("anyOf");
    for (Schema alternative : alternatives) {
      list.add(alternative.node);
    }
    return schema;
  }

  /** The same or null. */
  Schema orNull() {
    return anyOf(this, ofType("null"));
  }

  /** Adds a field of an object. */
  Schema with(String name, Schema value) {
    properties().set(name, value.node);
    return this;
  }

  /** Adds a field that must be there. */
  Schema required(String name, Schema value) {
    node.withArray("required").add(name);
    return with(name, value);
  }

  /** Adds the fields of another object. */
  Schema withAll(Schema other) {
    properties().setAll(other.properties());
    return this;
  }

  /** Adds fields of one kind. */
  Schema withAll(Collection<String> names, Schema value) {
    names.forEach(name -> with(name, value));
    return this;
  }

  /** No other fields than those that were added. */
  Schema closed() {
    node.put("additionalProperties", false);
    return this;
  }

  /** Says what it is, for people. */
  Schema about(String description) {
    node.put("description", description);
    return this;
  }

  /** What it is where it is left out. */
  Schema byDefault(JsonNode value) {
    node.set("default", value);
    return this;
  }

  /** What it is where it is left out. */
  Schema byDefault(double value) {
    return byDefault(JSON.numberNode(value));
  }

  /** What it is where it is left out. */
  Schema byDefault(int value) {
    return byDefault(JSON.numberNode(value));
  }

  /** The only value that is accepted: the field is known, and what it asks for is not built. */
  Schema only(JsonNode value) {
    node.set("const", value);
    return this;
  }

  /** The fields of an object. */
  public ObjectNode properties() {
    return (ObjectNode) node.get("properties");
  }

  /** The schema as JSON. */
  public ObjectNode json() {
    return node;
  }
}

package org.lmdeploy.server.http.json;

import java.util.Optional;
import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses request bodies within bounds that no honest request comes near. */
public final class JsonBody {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 400;
  private static final int MAX_NAME_LENGTH = 1024;

  /**
   * Every value becomes an object of some dozen bytes: a body of nothing but values must not kill.
   */
  private static final int MAX_VALUES = 2_000_000;

  private final JsonMapper mapper;
  private final boolean unknownFields;

  /** Bodies in which no field is ignored. */
  public JsonBody(int maxBytes) {
    this(maxBytes, false);
  }

  /**
   * @param maxBytes the largest body, which one image may fill
   * @param unknownFields whether fields of the body that nobody knows are ignored
   */
  public JsonBody(int maxBytes, boolean unknownFields) {
    this.unknownFields = unknownFields;
    mapper = mapper(maxBytes);
  }

  static JsonMapper mapper(int maxBytes) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxTokenCount(MAX_VALUES)
                    .maxStringLength(maxBytes)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .build();
  }

  /**
   * Parses a body.
   *
   * @throws InvalidRequestException if it is not one JSON object
   */
  public Fields parse(byte[] body) {
    JsonNode root;
    try {
      root = mapper.readTree(body);
    } catch (StreamConstraintsException e) {
      throw new InvalidRequestException(
          null, "the JSON body is beyond what is read: " + e.getOriginalMessage(), e);
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          null, "the body is not valid JSON: " + e.getOriginalMessage() + place(e), e);
    }
    if (root.isMissingNode()) {
      throw new InvalidRequestException("the body is empty; it must be a JSON object");
    }
    Fields fields = Fields.of(root, "");
    return unknownFields ? fields.lenient() : fields;
  }

  private static String place(JacksonException e) {
    return Optional.ofNullable(e.getLocation())
        .filter(location -> location != TokenStreamLocation.NA)
        .map(at -> " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
        .orElse("");
  }
}

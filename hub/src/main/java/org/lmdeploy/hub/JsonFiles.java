package org.lmdeploy.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON files of a model folder. */
final class JsonFiles {
  private static final long MAX_BYTES = 64L << 20;

  // NaN and Infinity are read and then refused by key, which says more than a syntax error.
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFiles() {}

  /** The object in {@code folder/name}, or empty if there is no such file. */
  static Optional<ConfigTree> read(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Object value = parse(file, name);
    if (!(value instanceof Map<?, ?> map)) {
      throw new InvalidModelException(name + " in " + folder + " holds no JSON object");
    }
    refuseNonFinite(name, "", map);
    @SuppressWarnings("unchecked") // Jackson gives text keys
    Map<String, Object> values = (Map<String, Object>) map;
    return Optional.of(ConfigTree.of(name, values));
  }

  private static Object parse(Path file, String name) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new InvalidModelException(file + " is no file; a JSON file is needed");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InvalidModelException(
            file + " has " + size + " bytes; at most " + MAX_BYTES + " are read");
      }
      return MAPPER.readValue(Files.readAllBytes(file), Object.class);
    } catch (JacksonException e) {
      throw new InvalidModelException(
          name + " in " + file.getParent() + " is no valid JSON: " + describe(e), e);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String describe(JacksonException e) {
    String message = e.getOriginalMessage();
    return e.getLocation() == null || e.getLocation().getLineNr() < 0
        ? message
        : "line " + e.getLocation().getLineNr() + ": " + message;
  }

  private static void refuseNonFinite(String file, String key, Object value) {
    switch (value) {
      case Map<?, ?> map ->
          map.forEach(
              (name, child) ->
                  refuseNonFinite(file, key.isEmpty() ? "" + name : key + "." + name, child));
      case List<?> list -> list.forEach(child -> refuseNonFinite(file, key, child));
      case Double number when !Double.isFinite(number) ->
          throw new InvalidModelException(
              file + ": " + key + " is " + number + "; a finite number is needed");
      case null, default -> {}
    }
  }
}

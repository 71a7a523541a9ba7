package org.lmdeploy.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lmdeploy.api.error.InvalidRequestException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes a report as a JSON file. */
public final class JsonReport {
  private JsonReport() {}

  /** Writes it; an existing file is replaced. */
  public static void write(Path file, Map<String, Object> report) {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    try {
      Files.writeString(file, mapper.writeValueAsString(report) + System.lineSeparator());
    } catch (IOException e) {
      throw new InvalidRequestException(
          "output-file", "The file " + file + " cannot be written: " + e.getMessage());
    }
  }
}

package org.lmdeploy.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.InvalidRequestException;

/** Appends rows to a CSV file, as LMDeploy's scripts do; a new file begins with a header. */
public final class CsvReport {
  private CsvReport() {}

  /** Appends a row. */
  public static void append(Path file, Map<String, ?> row) {
    String header = String.join(",", row.keySet());
    try {
      String text = "";
      if (!Files.exists(file) || Files.size(file) == 0) {
        text = header + "\n";
      } else {
        checkHeader(file, header);
      }
      text += row.values().stream().map(CsvReport::cell).collect(Collectors.joining(",")) + "\n";
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw wrong("The file " + file + " cannot be written: " + e.getMessage());
    }
  }

  private static void checkHeader(Path file, String header) throws IOException {
    try (var lines = Files.lines(file)) {
      String present = lines.findFirst().orElseThrow();
      if (!present.equals(header)) {
        throw wrong(
            "The file "
                + file
                + " has other columns than this report; name another file. It has: "
                + present);
      }
    }
  }

  private static String cell(Object value) {
    String text = String.valueOf(value);
    return text.matches(".*[,\"\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static InvalidRequestException wrong(String message) {
    return new InvalidRequestException("csv", message);
  }
}

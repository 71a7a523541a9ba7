package org.lmdeploy.bench.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lmdeploy.api.error.InvalidRequestException;

/** Lengths from a file with the columns {@code prompt_tokens} and {@code output_tokens}. */
public final class CsvLengths {
  private static final String PROMPT = "prompt_tokens";
  private static final String OUTPUT = "output_tokens";

  private CsvLengths() {}

  /**
   * All lengths of a file in its order.
   *
   * @throws InvalidRequestException naming the line that is wrong
   */
  public static List<Lengths> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw wrong(file + " cannot be read: " + e.getMessage());
    }
    if (lines.isEmpty()) {
      throw wrong(file + " is empty; a header with " + PROMPT + " and " + OUTPUT + " is needed");
    }
    List<String> header = Arrays.stream(lines.getFirst().split(",")).map(String::strip).toList();
    int prompt = column(file, header, PROMPT);
    int output = column(file, header, OUTPUT);
    List<Lengths> lengths = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        String[] cells = lines.get(i).split(",");
        String where = file + ", line " + (i + 1);
        lengths.add(new Lengths(number(where, cells, prompt), number(where, cells, output)));
      }
    }
    return lengths;
  }

  private static int column(Path file, List<String> header, String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw wrong(file + " has the columns " + header + "; " + name + " is needed");
    }
    return index;
  }

  private static int number(String where, String[] cells, int column) {
    String cell = column < cells.length ? cells[column].strip() : "";
    if (!cell.matches("[0-9]{1,9}") || Integer.parseInt(cell) < 1) {
      throw wrong(where + ": '" + cell + "' is no number of tokens");
    }
    return Integer.parseInt(cell);
  }

  private static InvalidRequestException wrong(String message) {
    return new InvalidRequestException("dataset-path", message);
  }
}

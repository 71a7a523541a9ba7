package org.lmdeploy.shell.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLogFormatterTest {
  private static final JsonMapper JSON = new JsonMapper();

  @AfterEach
  void clear() {
    MDC.clear();
  }

  private static JsonNode formatted(LogRecord record) {
    String line = new JsonLogFormatter().format(record);
    assertTrue(line.endsWith(System.lineSeparator()));
    assertEquals(1, line.lines().count(), line);
    return JSON.readTree(line);
  }

  private static LogRecord record(String message) {
    LogRecord record = new LogRecord(Level.INFO, message);
    record.setLoggerName("org.lmdeploy.Some");
    return record;
  }

  @Test
  void aLineIsOneObject() {
    JsonNode line = formatted(record("two\nlines, \"quoted\", half \ud83d"));
    assertEquals("two\nlines, \"quoted\", half ?", line.get("message").stringValue());
    assertEquals("INFO", line.get("level").stringValue());
    assertEquals("org.lmdeploy.Some", line.get("logger").stringValue());
    assertTrue(line.get("time").stringValue().endsWith("Z"));
    assertFalse(line.has("exception"));
  }

  @Test
  void theContextsFieldsAreFieldsAndItsNumbersNumbers() {
    MDC.put("request_id", "12");
    MDC.put("model", "7");
    MDC.put("status", "200");
    MDC.put("prompt_tokens", "0");
    MDC.put("first_token_ms", "31");
    JsonNode line = formatted(record("done"));
    assertEquals("12", line.get("request_id").stringValue());
    assertEquals("7", line.get("model").stringValue());
    assertEquals(200, line.get("status").intValue());
    assertEquals(0, line.get("prompt_tokens").intValue());
    assertEquals(31, line.get("first_token_ms").intValue());
    MDC.put("status", "hung_up");
    assertEquals("hung_up", formatted(record("gone")).get("status").stringValue());
  }

  @Test
  void anExceptionIsAField() {
    LogRecord record = record("failed");
    record.setThrown(new IllegalStateException("why"));
    String trace = formatted(record).get("exception").stringValue();
    assertTrue(trace.startsWith("java.lang.IllegalStateException: why"), trace);
  }
}

package org.lmdeploy.shell.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A line of the log as one JSON object: time, level, logger, message, the exception where there is
 * one, and what the logging context (MDC) of the thread has, for example the request's id.
 */
final class JsonLogFormatter extends Formatter {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Fields of the context that are numbers. */
  private static final Pattern NUMBERS = Pattern.compile("status|ms|.*_ms|.*_tokens");

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  @Override
  public String format(LogRecord record) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("time", record.getInstant().toString());
      json.writeStringProperty("level", record.getLevel().getName());
      json.writeStringProperty("logger", record.getLoggerName());
      json.writeStringProperty("message", wellFormed(formatMessage(record)));
      // published by the thread that logs, so that the context is that of the line
      Map<String, String> context = MDC.getCopyOfContextMap();
      if (context != null) {
        new TreeMap<>(context).forEach((name, value) -> write(json, name, value));
      }
      if (record.getThrown() != null) {
        json.writeStringProperty("exception", wellFormed(trace(record.getThrown())));
      }
      json.writeEndObject();
    }
    return line.append(System.lineSeparator()).toString();
  }

  private static void write(JsonGenerator json, String name, String value) {
    if (NUMBERS.matcher(name).matches() && NUMBER.matcher(value).matches()) {
      json.writeNumberProperty(name, Long.parseLong(value));
    } else {
      json.writeStringProperty(name, wellFormed(value));
    }
  }

  /** Half a surrogate pair, which a prompt may be cut to, is no JSON. */
  private static String wellFormed(String text) {
    return text.codePoints()
        .map(
            code -> code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE ? '?' : code)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}

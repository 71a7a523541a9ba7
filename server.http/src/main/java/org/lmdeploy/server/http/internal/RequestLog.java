package org.lmdeploy.server.http.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.server.http.observe.ObservedStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One line for each question that was answered. What stands in it is also in the logging context
 * (MDC) while it is written, so that a structured log has it as fields.
 */
final class RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  private RequestLog() {}

  /**
   * Logs the end of a question.
   *
   * @param status the HTTP status, or what is said where there is none
   * @param start when it began, of {@link System#nanoTime()}
   */
  static void write(Exchange exchange, String path, String status, long start) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("path", path);
    fields.put("status", status);
    List<GenerationStream> streams = exchange.streams();
    if (!streams.isEmpty()) {
      answers(fields, streams);
    }
    fields.put("ms", millis(System.nanoTime() - start));
    fields.forEach(MDC::put);
    try {
      LOG.info(
          "request {} {}",
          exchange.requestId(),
          fields.entrySet().stream()
              .map(field -> field.getKey() + "=" + field.getValue())
              .collect(Collectors.joining(" ")));
    } finally {
      fields.keySet().forEach(MDC::remove);
    }
  }

  private static void answers(Map<String, String> fields, List<GenerationStream> streams) {
    GenerationStream first = streams.getFirst();
    int generated = streams.stream().mapToInt(GenerationStream::generatedTokens).sum();
    Optional<ObservedStream> observed = ObservedStream.in(first);
    observed.ifPresent(stream -> fields.put("model", stream.model()));
    fields.put("prompt_tokens", Integer.toString(first.promptTokens()));
    fields.put("cached_tokens", Integer.toString(first.cachedTokens()));
    fields.put("generated_tokens", Integer.toString(generated));
    observed
        .filter(stream -> stream.firstTokenNanos() >= 0)
        .ifPresent(stream -> fields.put("first_token_ms", millis(stream.firstTokenNanos())));
  }

  private static String millis(long nanos) {
    return Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}

package org.lmdeploy.shell.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.error.UnavailableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer that comes as server-sent events. One thread reads; any thread may close. */
final class AnswerStream implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final InputStream body;
  private volatile boolean closed;

  AnswerStream(InputStream body) {
    this.body = body;
  }

  /**
   * Reads it to its end.
   *
   * @return why it ended: {@link FinishReason#ABORT} if it was closed meanwhile
   * @throws UnavailableException if the server ended it with an error, or without saying that it is
   *     complete
   */
  FinishReason read(Consumer<String> answer) {
    Optional<FinishReason> reason = Optional.empty();
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
        if (data.equals(DONE)) {
          return reason.orElse(FinishReason.STOP);
        }
        if (!data.isEmpty()) {
          Optional<FinishReason> told = take(JSON.readTree(data), answer);
          reason = told.isPresent() ? told : reason;
        }
      }
    } catch (IOException | JacksonException e) {
      if (!closed) {
        throw new UnavailableException("the answer broke off: " + e.getMessage(), e);
      }
    }
    if (closed) {
      return FinishReason.ABORT;
    }
    return reason.orElseThrow(
        () -> new UnavailableException("the server closed the connection amid the answer"));
  }

  private static Optional<FinishReason> take(JsonNode event, Consumer<String> answer) {
    if (event.has("error")) {
      throw new UnavailableException(
          "the server ended the answer: " + OpenAiServer.words(event.toString()));
    }
    // an event without choices counts tokens
    JsonNode choice = event.path("choices").path(0);
    JsonNode text = choice.path("delta").path("content");
    if (text.isString() && !text.stringValue().isEmpty()) {
      answer.accept(text.stringValue());
    }
    JsonNode reason = choice.path("finish_reason");
    return reason.isString() ? Optional.of(reason(reason.stringValue())) : Optional.empty();
  }

  private static FinishReason reason(String name) {
    return switch (name) {
      case "length" -> FinishReason.LENGTH;
      case "abort" -> FinishReason.ABORT;
      default -> FinishReason.STOP;
    };
  }

  /** Ends it: the server sees that nobody listens, and stops. */
  @Override
  public void close() {
    closed = true;
    try {
      body.close();
    } catch (IOException e) {
      throw new UnavailableException("the connection cannot be closed: " + e.getMessage(), e);
    }
  }
}

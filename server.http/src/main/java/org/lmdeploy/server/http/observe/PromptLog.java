package org.lmdeploy.server.http.observe;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.runtime.ChatRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Logs what is asked. Prompts are their senders' own matter: they are in the log with level DEBUG,
 * or with INFO where a length was given.
 *
 * @param maxLength how much of a prompt is logged, in characters or ids; empty for all of it, with
 *     level DEBUG only
 */
public record PromptLog(OptionalInt maxLength) {
  private static final Logger LOG = LoggerFactory.getLogger(PromptLog.class);

  void text(String prompt) {
    if (isOn()) {
      log("prompt", cut(prompt));
    }
  }

  void ids(int[] ids) {
    if (isOn()) {
      int length = Math.min(ids.length, maxLength.orElse(ids.length));
      log("prompt ids", Arrays.toString(Arrays.copyOf(ids, length)));
    }
  }

  void conversation(ChatRequest request) {
    if (isOn()) {
      log(
          "messages",
          cut(request.messages().stream().map(PromptLog::shown).collect(Collectors.joining("\n"))));
    }
  }

  private boolean isOn() {
    return maxLength.isPresent() ? LOG.isInfoEnabled() : LOG.isDebugEnabled();
  }

  private void log(String what, String text) {
    String id = MDC.get("request_id");
    if (maxLength.isPresent()) {
      LOG.info("request {} {}: {}", id, what, text);
    } else {
      LOG.debug("request {} {}: {}", id, what, text);
    }
  }

  private static String shown(ChatMessage message) {
    return message.parts().stream()
        .map(
            part ->
                switch (part) {
                  case TextPart text -> text.text();
                  case ImagePart _ -> "<image>";
                })
        .collect(Collectors.joining("", message.role() + ": ", ""));
  }

  /** One line, whatever a prompt has in it: the log's lines are this server's own. */
  private String cut(String text) {
    int length = Math.min(text.length(), maxLength.orElse(text.length()));
    return text.substring(0, length)
        .replace("\\", "\\\\")
        .replace("\r", "\\r")
        .replace("\n", "\\n");
  }
}

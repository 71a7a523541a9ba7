package org.lmdeploy.shell.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.shell.chat.Dialogue;
import org.lmdeploy.shell.chat.ImageFiles;

/**
 * A conversation with a model of a server. The history is kept here and sent with every question.
 */
public final class RemoteDialogue implements Dialogue {
  private final OpenAiServer server;
  private final String model;
  private final Map<String, Object> sampling;
  private final List<Map<String, Object>> messages = new ArrayList<>();
  private final List<Map<String, Object>> pendingImages = new ArrayList<>();
  private volatile AnswerStream answering;

  /**
   * A conversation that has not begun.
   *
   * @param sampling further fields of every request
   */
  public RemoteDialogue(OpenAiServer server, String model, Map<String, Object> sampling) {
    this.server = server;
    this.model = model;
    this.sampling = Map.copyOf(sampling);
  }

  @Override
  public void addImage(String pathOrUrl) {
    String url =
        switch (ImageFiles.source(pathOrUrl)) {
          case ImageSource.Url(String address) -> address;
          case ImageSource.Encoded(byte[] bytes) -> dataUrl(bytes);
          case ImageSource.Pixels _ ->
              throw new IllegalStateException("files and addresses have no pixels yet");
        };
    pendingImages.add(Map.of("type", "image_url", "image_url", Map.of("url", url)));
  }

  private static String dataUrl(byte[] bytes) {
    try {
      String type = URLConnection.guessContentTypeFromStream(new ByteArrayInputStream(bytes));
      return "data:"
          + Optional.ofNullable(type).orElse("application/octet-stream")
          + ";base64,"
          + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot be read", e);
    }
  }

  @Override
  public int pendingImages() {
    return pendingImages.size();
  }

  @Override
  public void reset() {
    messages.clear();
    pendingImages.clear();
  }

  @Override
  public FinishReason say(String text, Consumer<String> answer) throws InterruptedException {
    messages.add(Map.of("role", "user", "content", content(text)));
    StringBuilder said = new StringBuilder();
    boolean accepted = false;
    try (AnswerStream stream = server.answer(request())) {
      answering = stream;
      FinishReason reason =
          stream.read(
              piece -> {
                said.append(piece);
                answer.accept(piece);
              });
      accepted = true;
      return reason;
    } finally {
      answering = null;
      if (accepted) {
        messages.add(Map.of("role", "assistant", "content", said.toString()));
        pendingImages.clear();
      } else {
        messages.removeLast();
      }
    }
  }

  /** A text alone as text: not every server knows the list form. */
  private Object content(String text) {
    if (pendingImages.isEmpty()) {
      return text;
    }
    List<Map<String, Object>> parts = new ArrayList<>(pendingImages);
    parts.add(Map.of("type", "text", "text", text));
    return parts;
  }

  private Map<String, Object> request() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("model", model);
    request.put("messages", messages);
    request.put("stream", true);
    request.putAll(sampling);
    return request;
  }

  @Override
  public void interrupt() {
    AnswerStream stream = answering;
    if (stream != null) {
      stream.close();
    }
  }
}

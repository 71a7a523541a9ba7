package org.lmdeploy.shell.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.TextPart;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.error.CancelledException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.ServedModel;

/** A conversation with a model of this process. */
public final class Conversation implements Dialogue {
  private final ServedModel model;
  private final GenerationConfig config;
  private final List<ChatMessage> messages = new ArrayList<>();
  private final List<ImagePart> pendingImages = new ArrayList<>();
  private volatile GenerationStream answering;

  public Conversation(ServedModel model, GenerationConfig config) {
    this.model = model;
    this.config = config;
  }

  @Override
  public void addImage(String pathOrUrl) {
    if (!model.takesImages()) {
      throw new UnsupportedFeatureException(
          "image", "The model " + model.name() + " takes no images.");
    }
    pendingImages.add(new ImagePart(ImageFiles.source(pathOrUrl)));
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
    List<ContentPart> parts = new ArrayList<>(pendingImages);
    parts.add(new TextPart(text));
    messages.add(new ChatMessage("user", parts));
    StringBuilder said = new StringBuilder();
    boolean accepted = false;
    try (GenerationStream stream = model.chat(ChatRequest.of(messages, config))) {
      answering = stream;
      FinishReason reason =
          read(
              stream,
              piece -> {
                said.append(piece);
                answer.accept(piece);
              });
      accepted = true;
      return reason;
    } catch (CancelledException e) {
      accepted = true;
      return FinishReason.ABORT;
    } finally {
      answering = null;
      if (accepted) {
        messages.add(ChatMessage.of("assistant", said.toString()));
        pendingImages.clear();
      } else {
        messages.removeLast();
      }
    }
  }

  @Override
  public void interrupt() {
    GenerationStream stream = answering;
    if (stream != null) {
      stream.cancel();
    }
  }

  private static FinishReason read(GenerationStream stream, Consumer<String> answer)
      throws InterruptedException {
    FinishReason reason = FinishReason.STOP;
    for (Optional<GenerationChunk> next = stream.next(); next.isPresent(); next = stream.next()) {
      GenerationChunk chunk = next.get();
      if (!chunk.text().isEmpty()) {
        answer.accept(chunk.text());
      }
      reason = chunk.finishReason().orElse(reason);
    }
    return reason;
  }
}

package org.lmdeploy.runtime;

import java.util.List;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.GenerationRequest.ImageSpan;

/**
 * A conversation up to an answer, as the tokens that the model read and wrote. Going on from these
 * the model sees its answers as it gave them, and a prefix cache finds all of them again.
 *
 * @param messages what was said, the answer last; of their images only the places are left
 * @param ids the tokens, placeholder ids where images are; not changed by anybody
 * @param images where the images' embeddings go
 */
public record ChatHistory(List<ChatMessage> messages, int[] ids, List<ImageSpan> images) {
  /** A conversation that has not begun. */
  public static final ChatHistory EMPTY = new ChatHistory(List.of(), new int[0], List.of());

  /** Copies the lists. */
  public ChatHistory {
    messages = List.copyOf(messages);
    images = List.copyOf(images);
  }

  /** Bytes of its images' pixels. */
  public long imageBytes() {
    return images.stream().mapToLong(span -> span.image().pixels().data().byteSize()).sum();
  }
}

package org.lmdeploy.runtime.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.chat.ContentPart;
import org.lmdeploy.api.chat.ImagePart;
import org.lmdeploy.api.chat.ImageSource;
import org.lmdeploy.api.engine.GenerationConfig;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.runtime.ChatHistory;
import org.lmdeploy.runtime.PreparedChat;

/**
 * A conversation that an open model can answer.
 *
 * @param messages all of it so far
 * @param prompt its tokens and images
 * @param tokenizer the model's
 * @param submit queues an answer
 */
record OpenChat(
    List<ChatMessage> messages,
    Prompt prompt,
    Tokenizer tokenizer,
    Function<GenerationConfig, GenerationStream> submit)
    implements PreparedChat {
  /** What is kept of an image that was read: that one stands here. */
  private static final ImagePart PLACE = new ImagePart(new ImageSource.Encoded(new byte[0]));

  @Override
  public int promptTokens() {
    return prompt.ids().length;
  }

  @Override
  public String promptEnd() {
    return prompt.end();
  }

  @Override
  public GenerationStream generate(GenerationConfig config) {
    return submit.apply(config);
  }

  @Override
  public ChatHistory answered(List<Integer> answerIds) {
    int[] answer = answerIds.stream().mapToInt(Integer::intValue).toArray();
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.ids().length + answer.length);
    System.arraycopy(answer, 0, ids, prompt.ids().length, answer.length);
    List<ChatMessage> all = new ArrayList<>();
    messages.forEach(message -> all.add(withoutImages(message)));
    all.add(ChatMessage.of("assistant", tokenizer.decode(answer, true)));
    return new ChatHistory(all, ids, prompt.images());
  }

  private static ChatMessage withoutImages(ChatMessage message) {
    List<ContentPart> parts = new ArrayList<>();
    for (ContentPart part : message.parts()) {
      parts.add(part instanceof ImagePart ? PLACE : part);
    }
    return message.withParts(parts);
  }
}

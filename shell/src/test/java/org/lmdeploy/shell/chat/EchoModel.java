package org.lmdeploy.shell.chat;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.lmdeploy.api.chat.ChatMessage;
import org.lmdeploy.api.engine.FinishReason;
import org.lmdeploy.api.engine.GenerationChunk;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.RequestTimes;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.runtime.ChatRequest;
import org.lmdeploy.runtime.ServedModel;

/**
 * A model that repeats the last message word by word, refuses "refuse" and runs on "forever" until
 * cancelled.
 */
final class EchoModel {
  final List<List<ChatMessage>> asked = new ArrayList<>();

  ServedModel served() {
    return (ServedModel)
        Proxy.newProxyInstance(
            ServedModel.class.getClassLoader(),
            new Class<?>[] {ServedModel.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "name" -> "echo";
                  case "takesImages" -> true;
                  case "chat" -> answer((ChatRequest) arguments[0]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private GenerationStream answer(ChatRequest request) {
    asked.add(request.messages());
    String text = request.messages().getLast().text();
    if (text.equals("refuse")) {
      throw new InvalidRequestException("messages", "refused");
    }
    return new Echo(new ArrayDeque<>(List.of(text.split("(?<= )"))), text.equals("forever"));
  }

  private static final class Echo implements GenerationStream {
    private final Deque<String> words;
    private final boolean endless;
    private boolean cancelled;
    private boolean ended;
    private int generated;

    Echo(Deque<String> words, boolean endless) {
      this.words = words;
      this.endless = endless;
    }

    @Override
    public Optional<GenerationChunk> next() {
      if (ended) {
        return Optional.empty();
      }
      if (cancelled || words.isEmpty()) {
        ended = true;
        FinishReason reason = cancelled ? FinishReason.ABORT : FinishReason.STOP;
        return Optional.of(new GenerationChunk("", List.of(), List.of(), Optional.of(reason)));
      }
      String word = endless ? words.peek() : words.poll();
      generated++;
      return Optional.of(
          new GenerationChunk(word, List.of(generated), List.of(), Optional.empty()));
    }

    @Override
    public int promptTokens() {
      return 1;
    }

    @Override
    public int cachedTokens() {
      return 0;
    }

    @Override
    public int generatedTokens() {
      return generated;
    }

    @Override
    public List<TokenLogprobs> promptLogprobs() {
      return List.of();
    }

    @Override
    public RequestTimes times() {
      return new RequestTimes(1, 2, 3);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void close() {
      cancel();
    }
  }
}

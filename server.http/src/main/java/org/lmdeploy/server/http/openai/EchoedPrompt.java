package org.lmdeploy.server.http.openai;

import java.util.List;
import org.lmdeploy.api.engine.GenerationStream;
import org.lmdeploy.api.engine.TokenLogprobs;

/** A prompt that is part of its answer, with the log probabilities of its tokens. */
final class EchoedPrompt {
  private final String text;
  private final int firstToken;
  private GenerationStream stream;

  EchoedPrompt(String text, int firstToken) {
    this.text = text;
    this.firstToken = firstToken;
  }

  /** Takes the answer's stream, which brings the log probabilities with its first chunk. */
  GenerationStream opened(GenerationStream opened) {
    stream = opened;
    return opened;
  }

  String text() {
    return text;
  }

  int firstToken() {
    return firstToken;
  }

  /** Those of all tokens but the first. */
  List<TokenLogprobs> logprobs() {
    return stream.promptLogprobs();
  }
}

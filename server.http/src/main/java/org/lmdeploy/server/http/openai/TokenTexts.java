package org.lmdeploy.server.http.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.lmdeploy.api.engine.TokenLogprobs;
import org.lmdeploy.api.tokenizer.Tokenizer;
import tools.jackson.core.JsonGenerator;

/** Tokens as log probabilities show them. */
public final class TokenTexts {
  /** JSON knows no infinity; OpenAI reports tokens that could not be drawn with this number. */
  private static final float LEAST_LOGPROB = -9999f;

  private final Tokenizer tokenizer;

  TokenTexts(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** A token's text; half a character becomes U+FFFD. */
  String text(int id) {
    return new String(tokenizer.tokenBytes(id), StandardCharsets.UTF_8);
  }

  /** The fields token, logprob and bytes. */
  void writeFields(JsonGenerator json, int id, float logprob) {
    byte[] bytes = tokenizer.tokenBytes(id);
    json.writeStringProperty("token", new String(bytes, StandardCharsets.UTF_8));
    json.writeNumberProperty("logprob", finite(logprob));
    json.writeName("bytes");
    json.writeStartArray();
    for (byte value : bytes) {
      json.writeNumber(value & 0xff);
    }
    json.writeEndArray();
  }

  /** LMDeploy's list of pairs of a log probability and its token's id. */
  public static void writePairs(JsonGenerator json, List<TokenLogprobs> entries) {
    json.writeStartArray();
    for (TokenLogprobs entry : entries) {
      json.writeStartArray();
      json.writeNumber(finite(entry.logprob()));
      json.writeNumber(entry.id());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  /** A log probability that JSON can take. */
  public static float finite(float logprob) {
    return logprob >= LEAST_LOGPROB ? logprob : LEAST_LOGPROB;
  }
}

package org.lmdeploy.server.http.openai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lmdeploy.api.engine.TokenLogprobs;
import tools.jackson.core.JsonGenerator;

/** Log probabilities in the form of {@code /v1/completions}: one list for each kind of value. */
final class LegacyLogprobs {
  /**
   * A token in its place.
   *
   * @param offset where its text begins
   * @param logprobs empty for the first token of a prompt, which nothing precedes
   */
  private record Row(String text, int offset, Optional<TokenLogprobs> logprobs) {}

  private final TokenTexts tokens;
  private final List<Row> rows = new ArrayList<>();
  private int offset;

  /**
   * @param offset where the text of the first token begins
   */
  LegacyLogprobs(TokenTexts tokens, int offset) {
    this.tokens = tokens;
    this.offset = offset;
  }

  /** Adds the tokens of a prompt, which is the text with which the answer begins. */
  void prompt(EchoedPrompt prompt) {
    int first = prompt.firstToken();
    String text = tokens.text(first);
    rows.add(new Row(text, offset, Optional.empty()));
    // what a tokenizer put in front by itself is not part of the text
    offset += prompt.text().startsWith(text) ? text.length() : 0;
    answer(prompt.logprobs());
    offset = prompt.text().length();
  }

  /** Adds tokens of an answer. */
  void answer(List<TokenLogprobs> entries) {
    for (TokenLogprobs entry : entries) {
      String text = tokens.text(entry.id());
      rows.add(new Row(text, offset, Optional.of(entry)));
      offset += text.length();
    }
  }

  /** Where the next token's text begins. */
  int offset() {
    return offset;
  }

  void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeName("tokens");
    json.writeStartArray();
    rows.forEach(row -> json.writeString(row.text()));
    json.writeEndArray();
    json.writeName("token_logprobs");
    json.writeStartArray();
    for (Row row : rows) {
      if (row.logprobs().isEmpty()) {
        json.writeNull();
      } else {
        json.writeNumber(TokenTexts.finite(row.logprobs().get().logprob()));
      }
    }
    json.writeEndArray();
    json.writeName("top_logprobs");
    json.writeStartArray();
    for (Row row : rows) {
      if (row.logprobs().isEmpty()) {
        json.writeNull();
      } else {
        writeTop(json, row.logprobs().get());
      }
    }
    json.writeEndArray();
    json.writeName("text_offset");
    json.writeStartArray();
    rows.forEach(row -> json.writeNumber(row.offset()));
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeTop(JsonGenerator json, TokenLogprobs entry) {
    Set<String> written = new HashSet<>();
    json.writeStartObject();
    for (TokenLogprobs.Alternative other : entry.top()) {
      String text = tokens.text(other.id());
      if (written.add(text)) { // two tokens may have one text; a JSON name may stand once
        json.writeNumberProperty(text, TokenTexts.finite(other.logprob()));
      }
    }
    json.writeEndObject();
  }
}

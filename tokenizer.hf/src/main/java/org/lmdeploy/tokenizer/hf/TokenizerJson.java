package org.lmdeploy.tokenizer.hf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.lmdeploy.api.config.ConfigTree;
import org.lmdeploy.api.error.InvalidModelException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;

/**
 * A {@code tokenizer.json}: its text for the native library, and what must be known of it here. The
 * library's binding has no access to the vocabulary, so this reads it beside the library.
 *
 * <p>Only the vocabulary and the small parts become objects; of the merges, most of a large file,
 * nothing is kept.
 */
final class TokenizerJson {
  private static final String ADDED_TOKENS = "added_tokens";
  private static final String PRE_TOKENIZER = "pre_tokenizer";

  private final String origin;
  private final String text;
  private final Map<String, Integer> modelIds = new HashMap<>();
  private final Map<String, Object> modelProperties = new HashMap<>();
  private final Map<String, Object> parts = new LinkedHashMap<>();
  private final Map<String, Range> ranges = new HashMap<>();

  /** Where the value of a key stands in the text. */
  private record Range(int start, int end) {}

  private TokenizerJson(String origin, String text) {
    this.origin = origin;
    this.text = text;
  }

  static TokenizerJson parse(String origin, String text) {
    TokenizerJson json = new TokenizerJson(origin, text);
    try (JsonParser parser = Json.MAPPER.createParser(text)) {
      json.readTop(parser);
    } catch (JacksonException e) {
      throw Json.damaged(origin, e);
    }
    if (json.modelIds.isEmpty()) {
      throw new InvalidModelException(
          origin + ": model.vocab is missing or empty; a tokenizer.json needs one");
    }
    return json;
  }

  String origin() {
    return origin;
  }

  /** The whole file. */
  String text() {
    return text;
  }

  /** The parts of the file beside the model and the added tokens, as JSON values. */
  Object part(String name) {
    return parts.get(name);
  }

  /** The properties of the model; only texts have their values. */
  Map<String, Object> modelProperties() {
    return modelProperties;
  }

  List<AddedToken> addedTokens() {
    List<AddedToken> tokens = new ArrayList<>();
    int index = 0;
    for (Object element : ConfigTree.of(origin, parts).list(ADDED_TOKENS)) {
      String name = String.valueOf(index++);
      Map<String, Object> named = new HashMap<>();
      named.put(name, element);
      tokens.add(
          AddedToken.of(ConfigTree.of(origin + ": " + ADDED_TOKENS, named).child(name), false));
    }
    return tokens;
  }

  Vocabulary vocabulary() {
    return new Vocabulary(origin, modelIds, addedTokens());
  }

  /** This tokenizer as {@code PreTrainedTokenizerFast.__init__} changes it after loading. */
  TokenizerJson configured(TokenizerConfig config) {
    TokenizerJson result = this;
    List<AddedToken> present = addedTokens();
    List<AddedToken> wanted = config.mergeInto(present);
    if (!wanted.equals(present)) {
      result = result.with(ADDED_TOKENS, new Vocabulary(origin, modelIds, wanted).json(wanted));
    }
    boolean prefixSpace = config.addPrefixSpace().orElse(false);
    if (parts.get(PRE_TOKENIZER) instanceof Map<?, ?> preTokenizer
        && preTokenizer.get("add_prefix_space") instanceof Boolean hasSpace
        && hasSpace != prefixSpace) {
      Map<Object, Object> changed = new LinkedHashMap<>(preTokenizer);
      changed.put("add_prefix_space", prefixSpace);
      result = result.with(PRE_TOKENIZER, changed);
    }
    return result;
  }

  private TokenizerJson with(String key, Object value) {
    String json = Json.MAPPER.writeValueAsString(value);
    Range range = ranges.get(key);
    if (range == null) {
      String property = '"' + key + "\":" + json + ',';
      return parse(origin, text.replaceFirst("\\{", Matcher.quoteReplacement('{' + property)));
    }
    return parse(origin, text.substring(0, range.start()) + json + text.substring(range.end()));
  }

  private void readTop(JsonParser parser) {
    require(parser.nextToken() == JsonToken.START_OBJECT, "the file", "a JSON object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      if (key.equals("model")) {
        readModel(parser);
      } else {
        int start = offset(parser.currentTokenLocation());
        parts.put(key, parser.readValueAs(new TypeReference<Object>() {}));
        ranges.put(key, new Range(start, offset(parser.currentLocation())));
      }
    }
    parser.nextToken();
  }

  private void readModel(JsonParser parser) {
    require(parser.currentToken() == JsonToken.START_OBJECT, "model", "an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      modelProperties.put(key, token == JsonToken.VALUE_STRING ? parser.getString() : null);
      if (!key.equals("vocab")) {
        parser.skipChildren();
      } else if (token == JsonToken.START_OBJECT) {
        readIds(parser);
      } else {
        require(token == JsonToken.START_ARRAY, "model.vocab", "an object or a list");
        readPieces(parser);
      }
    }
  }

  /** BPE, WordPiece, WordLevel: {@code {"token": id}}. */
  private void readIds(JsonParser parser) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String token = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_NUMBER_INT, "model.vocab: " + token, "a token id");
      long id = parser.getLongValue();
      require(
          id >= 0 && id <= Vocabulary.HIGHEST_ID,
          "model.vocab: " + token,
          "an id from 0 to " + Vocabulary.HIGHEST_ID);
      modelIds.put(token, (int) id);
    }
  }

  /** Unigram: {@code [["piece", score]]}, the index being the id. */
  private void readPieces(JsonParser parser) {
    int id = 0;
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      require(parser.nextToken() == JsonToken.VALUE_STRING, "model.vocab: entry " + id, "a piece");
      modelIds.put(parser.getString(), id++);
      require(parser.nextToken().isNumeric(), "model.vocab: entry " + (id - 1), "a score");
      require(
          parser.nextToken() == JsonToken.END_ARRAY,
          "model.vocab: entry " + (id - 1),
          "a piece and a score only");
    }
    require(parser.currentToken() == JsonToken.END_ARRAY, "model.vocab", "a list of lists");
  }

  private void require(boolean fulfilled, String what, String needed) {
    if (!fulfilled) {
      throw new InvalidModelException(origin + ": " + what + " is wrong; " + needed + " is needed");
    }
  }

  private static int offset(TokenStreamLocation location) {
    return Math.toIntExact(location.getCharOffset());
  }
}

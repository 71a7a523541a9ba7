package org.lmdeploy.tokenizer.hf;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lmdeploy.api.error.InvalidModelException;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a vocabulary in tiktoken's form as the {@code tokenizer.json} that means the same:
 * byte-level BPE in which two tokens merge where the result is a token, that of the lowest rank
 * first.
 */
final class TiktokenConverter {
  /** Bytes hashed while splitting; real vocabularies take about eight million. */
  private static final long MOST_WORK = 1L << 31;

  private final TiktokenRanks ranks;
  private final TokenizerConfig config;
  private final TiktokenScheme scheme;

  /** By rank. */
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  TiktokenConverter(TiktokenRanks ranks, TokenizerConfig config, TiktokenScheme scheme) {
    this.ranks = ranks;
    this.config = config;
    this.scheme = scheme;
    int id = 0;
    for (byte[] token : ranks.tokens()) {
      if (ids.put(ByteAlphabet.text(token), id) != null) {
        throw new InvalidModelException(
            ranks.origin() + ": line " + (id + 1) + " repeats the token of an earlier line");
      }
      id++;
    }
  }

  String tokenizerJson() {
    List<AddedToken> added = config.mergeInto(scheme.addedTokens());
    Vocabulary vocabulary = new Vocabulary(ranks.origin(), ids, added);
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.MAPPER.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringProperty("version", "1.0");
      out.writePOJOProperty("added_tokens", vocabulary.json(added));
      scheme
          .normalizer()
          .ifPresent(form -> out.writePOJOProperty("normalizer", Map.of("type", form)));
      out.writePOJOProperty(
          "pre_tokenizer",
          Map.of("type", "Sequence", "pretokenizers", List.of(split(), byteLevel())));
      if (!scheme.before().isEmpty()) {
        out.writePOJOProperty("post_processor", template(scheme.before(), vocabulary));
      }
      out.writePOJOProperty("decoder", byteLevel());
      out.writeName("model");
      writeBpe(out);
      out.writeEndObject();
    }
    return text.toString();
  }

  private void writeBpe(JsonGenerator out) {
    out.writeStartObject();
    out.writeStringProperty("type", "BPE");
    // what is a token as a whole is not put together, whether its parts lead there or not
    out.writeBooleanProperty("ignore_merges", true);
    out.writePOJOProperty("vocab", ids);
    out.writeArrayPropertyStart("merges");
    long work = 0;
    for (String token : ids.keySet()) {
      work += (long) token.length() * token.length();
      if (work > MOST_WORK) {
        throw new InvalidModelException(
            ranks.origin() + ": tokens of up to " + token.length() + " bytes are too long");
      }
      for (String[] merge : splits(token)) {
        out.writeStartArray();
        out.writeString(merge[0]);
        out.writeString(merge[1]);
        out.writeEndArray();
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /**
   * The pairs of tokens that a token may be made of, in the order in which transformers has them.
   */
  private List<String[]> splits(String token) {
    List<String[]> splits = new ArrayList<>();
    for (int i = 1; i < token.length(); i++) {
      String left = token.substring(0, i);
      if (ids.containsKey(left)) {
        String right = token.substring(i);
        if (ids.containsKey(right)) {
          splits.add(new String[] {left, right});
        }
      }
    }
    splits.sort(
        Comparator.comparingInt((String[] merge) -> ids.get(merge[0]))
            .thenComparingInt(merge -> ids.get(merge[1])));
    return splits;
  }

  private static Map<String, Object> template(List<String> before, Vocabulary vocabulary) {
    List<Map<String, Object>> single = new ArrayList<>();
    Map<String, Object> tokens = new LinkedHashMap<>();
    for (String token : before) {
      int id =
          vocabulary
              .id(token)
              .orElseThrow(
                  () ->
                      new InvalidModelException(
                          "tokenizer_config.json has no added token "
                              + token
                              + ", with which every text of this tokenizer begins"));
      single.add(Map.of("SpecialToken", Map.of("id", token, "type_id", 0)));
      tokens.put(token, Map.of("id", token, "ids", List.of(id), "tokens", List.of(token)));
    }
    single.add(Map.of("Sequence", Map.of("id", "A", "type_id", 0)));
    List<Map<String, Object>> pair = new ArrayList<>(single);
    pair.add(Map.of("Sequence", Map.of("id", "B", "type_id", 0)));
    return Map.of(
        "type", "TemplateProcessing", "single", single, "pair", pair, "special_tokens", tokens);
  }

  private Map<String, Object> split() {
    return Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", scheme.pattern()),
        "behavior",
        "Isolated",
        "invert",
        false);
  }

  private static Map<String, Object> byteLevel() {
    return Map.of(
        "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", false, "use_regex", false);
  }
}

package org.lmdeploy.tokenizer.hf;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lmdeploy.api.error.InvalidModelException;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the vocabulary of Qwen's first version ({@code qwen.tiktoken}) as the {@code
 * tokenizer.json} that means the same: byte-level BPE in which two tokens merge where the result is
 * a token, that of the lowest rank first. Pattern, normalization and special tokens are those of
 * {@code tokenization_qwen.py} of the Qwen and Qwen-VL checkpoints.
 */
final class TiktokenConverter {
  private static final String PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final int EXTRA_TOKENS = 205;

  /** Qwen-VL's tokens for places in images and for images, after all others. */
  private static final List<String> IMAGE_TOKENS =
      List.of(
          "<ref>", "</ref>", "<box>", "</box>", "<quad>", "</quad>", "<img>", "</img>", "<imgpad>");

  /** Bytes hashed while splitting; real vocabularies take about eight million. */
  private static final long MOST_WORK = 1L << 31;

  private final TiktokenRanks ranks;
  private final TokenizerConfig config;
  private final boolean seesImages;

  /** By rank. */
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  /**
   * @param seesImages whether there are Qwen-VL's tokens
   */
  TiktokenConverter(TiktokenRanks ranks, TokenizerConfig config, boolean seesImages) {
    this.ranks = ranks;
    this.config = config;
    this.seesImages = seesImages;
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
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.MAPPER.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringProperty("version", "1.0");
      out.writePOJOProperty("added_tokens", addedTokens());
      out.writePOJOProperty("normalizer", Map.of("type", "NFC"));
      out.writePOJOProperty(
          "pre_tokenizer",
          Map.of("type", "Sequence", "pretokenizers", List.of(split(), byteLevel())));
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

  private List<Map<String, Object>> addedTokens() {
    List<AddedToken> qwen =
        Stream.of(
                Stream.of("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
                IntStream.range(0, EXTRA_TOKENS).mapToObj("<|extra_%d|>"::formatted),
                seesImages ? IMAGE_TOKENS.stream() : Stream.<String>empty())
            .flatMap(tokens -> tokens)
            // the class looks for them in the normalized text
            .map(token -> new AddedToken(token, false, false, false, true, true))
            .toList();
    List<AddedToken> all = config.mergeInto(qwen);
    return new Vocabulary(ranks.origin(), ids, all).json(all);
  }

  private static Map<String, Object> split() {
    return Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", PATTERN),
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

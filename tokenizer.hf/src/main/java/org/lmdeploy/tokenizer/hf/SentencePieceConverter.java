package org.lmdeploy.tokenizer.hf;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a SentencePiece model as the {@code tokenizer.json} that means the same.
 *
 * <p>Follows {@code LlamaConverter} of {@code convert_slow_tokenizer.py} in transformers 4.57, and
 * {@code InternLM2Converter} of the InternLM2 checkpoints. They take for granted that texts need no
 * normalization; where the model itself asks for it (a character map, extra spaces removed, no
 * dummy prefix), the model is obeyed, as SentencePiece would.
 */
final class SentencePieceConverter {
  private static final String SPACE_MARK = "\u2581";

  /** The first ids are the unknown token, BOS and EOS, whatever the model calls them. */
  private static final int NAMED_IDS = 3;

  private final SentencePieceModel model;
  private final TokenizerConfig config;
  private final boolean internLm2;

  SentencePieceConverter(SentencePieceModel model, TokenizerConfig config) {
    this.model = model;
    this.config = config;
    internLm2 = config.tokenizerClass() == TokenizerClass.INTERNLM2;
    if (config.tokenizerClass() == TokenizerClass.OTHER) {
      throw new UnsupportedFeatureException(
          model.origin()
              + " belongs to a tokenizer class that gives its pieces other ids. Classes"
              + " derived from LlamaTokenizer and InternLM2Tokenizer can be read; others need a"
              + " tokenizer.json beside it, which transformers writes with save_pretrained");
    }
  }

  String tokenizerJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Json.MAPPER.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringProperty("version", "1.0");
      out.writePOJOProperty("added_tokens", addedTokens());
      out.writePOJOProperty("normalizer", sequence("normalizers", normalizers()));
      out.writePOJOProperty("pre_tokenizer", preTokenizer().orElse(null));
      out.writePOJOProperty("decoder", sequence("decoders", decoders()));
      out.writeName("model");
      if (model.trainer().modelType() == SentencePieceModel.BPE) {
        writeBpe(out);
      } else {
        writeUnigram(out);
      }
      out.writeEndObject();
    }
    return text.toString();
  }

  private void writeBpe(JsonGenerator out) {
    Map<String, Integer> ids = ids();
    out.writeStartObject();
    out.writeStringProperty("type", "BPE");
    out.writeStringProperty("unk_token", unknownToken());
    out.writeBooleanProperty("fuse_unk", true);
    out.writeBooleanProperty("byte_fallback", true);
    out.writePOJOProperty("vocab", ids);
    out.writeArrayPropertyStart("merges");
    for (BpeMerges.Merge merge : BpeMerges.of(model.origin(), model.pieces())) {
      if (ids.containsKey(merge.left())
          && ids.containsKey(merge.right())
          && ids.containsKey(merge.left() + merge.right())) {
        out.writeStartArray();
        out.writeString(merge.left());
        out.writeString(merge.right());
        out.writeEndArray();
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private void writeUnigram(JsonGenerator out) {
    List<String> names = names();
    out.writeStartObject();
    out.writeStringProperty("type", "Unigram");
    out.writeNumberProperty("unk_id", model.trainer().unknownId());
    out.writeBooleanProperty("byte_fallback", true);
    out.writeArrayPropertyStart("vocab");
    for (SentencePiece piece : model.pieces()) {
      out.writeStartArray();
      out.writeString(names.get(piece.id()));
      out.writeNumber(piece.id() < NAMED_IDS ? 0.0 : piece.score());
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** The pieces by id; the configuration renames some, which were placeholders in training. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (SentencePiece piece : model.pieces()) {
      AddedToken added = config.addedTokens().get(piece.id());
      boolean renamed = added != null && (internLm2 || piece.id() < NAMED_IDS);
      names.add(renamed ? added.content() : piece.text());
    }
    return names;
  }

  private Map<String, Integer> ids() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    int id = 0;
    for (String name : names()) {
      ids.put(name, id++);
    }
    return ids;
  }

  private String unknownToken() {
    return names().get(model.trainer().unknownId());
  }

  private List<Map<String, Object>> addedTokens() {
    List<AddedToken> ofModel = new ArrayList<>();
    if (!internLm2) {
      for (SentencePiece piece : model.pieces()) {
        if (piece.type() == SentencePiece.CONTROL || piece.type() == SentencePiece.USER_DEFINED) {
          ofModel.add(AddedToken.plain(piece.text(), piece.type() == SentencePiece.CONTROL));
        }
      }
    }
    List<AddedToken> all =
        config.mergeInto(ofModel).stream()
            .map(token -> internLm2 ? token.asSpecial() : token)
            .toList();
    return new Vocabulary(model.origin(), ids(), all).json(all);
  }

  private List<Map<String, Object>> normalizers() {
    List<Map<String, Object>> steps = new ArrayList<>();
    byte[] charsMap = model.normalizer().charsMap();
    if (charsMap.length > 0) {
      steps.add(Map.of("type", "Precompiled", "precompiled_charsmap", charsMap));
    }
    if (model.normalizer().removeExtraSpaces()) {
      // SentencePiece drops a space mark at the end, but not one at the beginning.
      steps.add(replace(Map.of("Regex", "\\A +|[ " + SPACE_MARK + "]+\\z"), ""));
      steps.add(replace(Map.of("Regex", " {2,}"), " "));
    }
    if (byNormalizer()) {
      if (prefix()) {
        steps.add(Map.of("type", "Prepend", "prepend", SPACE_MARK));
      }
      steps.add(replace(Map.of("String", " "), SPACE_MARK));
    }
    return steps;
  }

  /** Without {@code legacy}, only the beginning of the text gets the prefix, and no later part. */
  private Optional<Map<String, Object>> preTokenizer() {
    return byNormalizer()
        ? Optional.empty()
        : Optional.of(
            Map.of(
                "type",
                "Metaspace",
                "replacement",
                SPACE_MARK,
                "prepend_scheme",
                prefix() ? "first" : "never",
                "split",
                false));
  }

  private List<Map<String, Object>> decoders() {
    List<Map<String, Object>> steps = new ArrayList<>();
    steps.add(replace(Map.of("String", SPACE_MARK), " "));
    steps.add(Map.of("type", "ByteFallback"));
    steps.add(Map.of("type", "Fuse"));
    if (prefix()) {
      steps.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
    }
    return steps;
  }

  private boolean byNormalizer() {
    return internLm2 || config.legacy();
  }

  private boolean prefix() {
    boolean modelWants = !byNormalizer() || model.normalizer().dummyPrefix();
    return modelWants && (internLm2 || config.addPrefixSpace().orElse(true));
  }

  private static Map<String, Object> replace(Map<String, String> pattern, String content) {
    return Map.of("type", "Replace", "pattern", pattern, "content", content);
  }

  private static Map<String, Object> sequence(String key, List<Map<String, Object>> steps) {
    return Map.of("type", "Sequence", key, steps);
  }
}

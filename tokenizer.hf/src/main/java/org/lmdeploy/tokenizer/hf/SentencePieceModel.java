package org.lmdeploy.tokenizer.hf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lmdeploy.api.error.InvalidModelException;

/**
 * What encoding needs of a SentencePiece {@code ModelProto}, see {@code sentencepiece_model.proto}
 * of <a href="https://github.com/google/sentencepiece">SentencePiece</a>; the field numbers below
 * are of that file.
 *
 * @param origin the file, for messages
 * @param pieces the vocabulary, in the order of ids
 * @param trainer how the vocabulary was trained
 * @param normalizer how texts are normalized
 */
record SentencePieceModel(
    String origin, List<SentencePiece> pieces, Trainer trainer, Normalizer normalizer) {

  static final int UNIGRAM = 1;
  static final int BPE = 2;

  /** Training algorithm, unknown piece and the position of the white space mark. */
  record Trainer(int modelType, boolean whitespaceAsSuffix, int unknownId, String unknownPiece) {}

  /** Character map, and what is done with spaces. */
  record Normalizer(
      byte[] charsMap, boolean dummyPrefix, boolean removeExtraSpaces, boolean escapeSpaces) {}

  /**
   * Reads a file.
   *
   * @throws InvalidModelException if it is no SentencePiece model, or a damaged one
   */
  static SentencePieceModel parse(String origin, byte[] bytes) {
    try {
      return read(origin, CodedInputStream.newInstance(bytes)).checked();
    } catch (IOException e) {
      throw new InvalidModelException(
          origin + " is no complete SentencePiece model: " + e.getMessage(), e);
    }
  }

  private static SentencePieceModel read(String origin, CodedInputStream in) throws IOException {
    List<SentencePiece> pieces = new ArrayList<>();
    Trainer trainer = readTrainer(CodedInputStream.newInstance(new byte[0]));
    Normalizer normalizer = readNormalizer(CodedInputStream.newInstance(new byte[0]));
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Tags.PIECES -> pieces.add(readPiece(pieces.size(), nested(in)));
        case Tags.TRAINER -> trainer = readTrainer(nested(in));
        case Tags.NORMALIZER -> normalizer = readNormalizer(nested(in));
        default -> skip(in, tag);
      }
    }
    return new SentencePieceModel(origin, List.copyOf(pieces), trainer, normalizer);
  }

  private static SentencePiece readPiece(int id, CodedInputStream in) throws IOException {
    String text = "";
    float score = 0;
    int type = SentencePiece.NORMAL;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Tags.PIECE_TEXT -> text = text(in);
        case Tags.PIECE_SCORE -> score = in.readFloat();
        case Tags.PIECE_TYPE -> type = in.readEnum();
        default -> skip(in, tag);
      }
    }
    return new SentencePiece(id, text, score, type);
  }

  private static Trainer readTrainer(CodedInputStream in) throws IOException {
    int modelType = UNIGRAM;
    boolean suffix = false;
    int unknownId = 0;
    String unknownPiece = "<unk>";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Tags.MODEL_TYPE -> modelType = in.readEnum();
        case Tags.WHITESPACE_AS_SUFFIX -> suffix = in.readBool();
        case Tags.UNKNOWN_ID -> unknownId = in.readInt32();
        case Tags.UNKNOWN_PIECE -> unknownPiece = text(in);
        default -> skip(in, tag);
      }
    }
    return new Trainer(modelType, suffix, unknownId, unknownPiece);
  }

  private static Normalizer readNormalizer(CodedInputStream in) throws IOException {
    byte[] charsMap = {};
    boolean dummyPrefix = true;
    boolean removeExtraSpaces = true;
    boolean escapeSpaces = true;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Tags.CHARS_MAP -> charsMap = in.readByteArray();
        case Tags.DUMMY_PREFIX -> dummyPrefix = in.readBool();
        case Tags.REMOVE_EXTRA_SPACES -> removeExtraSpaces = in.readBool();
        case Tags.ESCAPE_SPACES -> escapeSpaces = in.readBool();
        default -> skip(in, tag);
      }
    }
    return new Normalizer(charsMap, dummyPrefix, removeExtraSpaces, escapeSpaces);
  }

  private static CodedInputStream nested(CodedInputStream in) throws IOException {
    return CodedInputStream.newInstance(in.readByteArray());
  }

  private static String text(CodedInputStream in) throws IOException {
    // The strict decoder: the library's own readString would repair what is not UTF-8.
    ByteBuffer bytes = ByteBuffer.wrap(in.readByteArray());
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("the text of a piece is not UTF-8", e);
    }
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException(
          "field " + WireFormat.getTagFieldNumber(tag) + " ends a group that none began");
    }
  }

  private SentencePieceModel checked() {
    require(!pieces.isEmpty(), "it has no pieces");
    require(
        trainer.modelType() == UNIGRAM || trainer.modelType() == BPE,
        "its model type is " + trainer.modelType() + "; 1 (unigram) or 2 (BPE) is needed");
    require(!trainer.whitespaceAsSuffix(), "it marks white space after words; before is needed");
    require(normalizer.escapeSpaces(), "it leaves spaces unmarked; U+2581 is needed");
    require(
        trainer.unknownId() >= 0 && trainer.unknownId() < pieces.size(),
        "its unknown token has id " + trainer.unknownId() + " of " + pieces.size() + " pieces");
    Set<String> seen = new HashSet<>();
    for (SentencePiece piece : pieces) {
      require(!piece.text().isEmpty(), "piece " + piece.id() + " is empty");
      require(Float.isFinite(piece.score()), "the score of piece " + piece.id() + " is not finite");
      require(seen.add(piece.text()), "piece " + piece.id() + " stands twice: " + piece.text());
    }
    require(
        trainer.modelType() != BPE || seen.contains(trainer.unknownPiece()),
        "the unknown piece " + trainer.unknownPiece() + " is not in its vocabulary");
    CharsMap.check(origin, normalizer.charsMap());
    return this;
  }

  private void require(boolean fulfilled, String otherwise) {
    if (!fulfilled) {
      throw new InvalidModelException(
          origin + " cannot be used as a SentencePiece model: " + otherwise);
    }
  }

  /** Protobuf tags: the field number shifted by 3, and the wire type. */
  private static final class Tags {
    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    static final int PIECES = 1 << 3 | BYTES;
    static final int TRAINER = 2 << 3 | BYTES;
    static final int NORMALIZER = 3 << 3 | BYTES;

    static final int PIECE_TEXT = 1 << 3 | BYTES;
    static final int PIECE_SCORE = 2 << 3 | WireFormat.WIRETYPE_FIXED32;
    static final int PIECE_TYPE = 3 << 3 | VARINT;

    static final int MODEL_TYPE = 3 << 3 | VARINT;
    static final int WHITESPACE_AS_SUFFIX = 24 << 3 | VARINT;
    static final int UNKNOWN_ID = 40 << 3 | VARINT;
    static final int UNKNOWN_PIECE = 45 << 3 | BYTES;

    static final int CHARS_MAP = 2 << 3 | BYTES;
    static final int DUMMY_PREFIX = 3 << 3 | VARINT;
    static final int REMOVE_EXTRA_SPACES = 4 << 3 | VARINT;
    static final int ESCAPE_SPACES = 5 << 3 | VARINT;
  }
}

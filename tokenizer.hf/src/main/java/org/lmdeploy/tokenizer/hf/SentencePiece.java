package org.lmdeploy.tokenizer.hf;

/**
 * One entry of a SentencePiece vocabulary.
 *
 * @param id its index
 * @param text the piece, spaces written as U+2581
 * @param score log probability (unigram) or rank of the merge (BPE)
 * @param type one of the types of {@code ModelProto.SentencePiece.Type}
 */
record SentencePiece(int id, String text, float score, int type) {
  static final int NORMAL = 1;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
}

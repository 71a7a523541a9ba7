/**
 * Hugging Face tokenizers: {@code tokenizer.json}, and SentencePiece {@code tokenizer.model}
 * converted to it, both run by the Rust library <a
 * href="https://github.com/huggingface/tokenizers">tokenizers</a> through the JNI binding of <a
 * href="https://djl.ai">Deep Java Library</a>.
 */
package org.lmdeploy.tokenizer.hf;

package org.lmdeploy.tokenizer.hf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** A folder of tokenizer files that a test fills. */
record ModelFolder(Path path) {
  static final String LLAMA = "{\"tokenizer_class\":\"LlamaTokenizer\",\"legacy\":%s}";

  /** A tokenizer.json of four letters with a merge, BOS, EOS and one more added token. */
  static final String SMALL_JSON =
      """
      {"version":"1.0","truncation":null,"padding":null,
       "added_tokens":[
        {"id":0,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
        {"id":1,"content":"</s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
       "normalizer":null,"pre_tokenizer":null,"post_processor":%s,"decoder":%s,
       "model":{"type":"BPE","vocab":{"<s>":0,"</s>":1,"a":2,"b":3,"c":4,"ab":5},"merges":[["a","b"]]}}
      """;

  static String small(String postProcessor, String decoder) {
    return SMALL_JSON.formatted(postProcessor, decoder);
  }

  static String small() {
    return small("null", "{\"type\":\"Fuse\"}");
  }

  ModelFolder with(String file, String content) {
    return with(file, content.getBytes(StandardCharsets.UTF_8));
  }

  ModelFolder with(String file, byte[] content) {
    try {
      Files.write(path.resolve(file), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ModelFolder withSentencePiece(String resource) {
    return with("tokenizer.model", resource(resource));
  }

  Tokenizer open() {
    return new HfTokenizerProvider().open(path);
  }

  static byte[] resource(String name) {
    try (InputStream in = ModelFolder.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

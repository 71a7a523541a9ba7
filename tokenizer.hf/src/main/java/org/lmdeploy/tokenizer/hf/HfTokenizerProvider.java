package org.lmdeploy.tokenizer.hf;

import java.nio.file.Path;
import java.util.Optional;
import org.lmdeploy.api.tokenizer.Tokenizer;
import org.lmdeploy.api.tokenizer.TokenizerProvider;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Component;

/**
 * Opens {@code tokenizer.json}, SentencePiece {@code tokenizer.model} and {@code qwen.tiktoken}
 * files.
 */
@Component(service = TokenizerProvider.class)
@Capability(namespace = "lmdeploy.tokenizer", name = HfTokenizerProvider.NAME)
public final class HfTokenizerProvider implements TokenizerProvider {
  static final String NAME = "hf";

  /** Called by Declarative Services and by {@link java.util.ServiceLoader}. */
  public HfTokenizerProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> accepts(Path modelFolder) {
    return TokenizerFolder.evidence(modelFolder);
  }

  @Override
  public Tokenizer open(Path modelFolder) {
    return TokenizerFolder.open(modelFolder);
  }
}

package org.lmdeploy.api.tokenizer;

import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that opens one kind of tokenizer files. */
@ConsumerType
public interface TokenizerProvider {
  /** The name under which choices are explained, for example {@code hf}. */
  String name();

  /**
   * Why this provider can open the tokenizer of a folder (which files it found), or empty if it
   * cannot. Must be cheap.
   */
  Optional<String> accepts(Path modelFolder);

  /**
   * Opens the tokenizer of a folder.
   *
   * @throws org.lmdeploy.api.error.InvalidModelException if its files are missing or damaged
   */
  Tokenizer open(Path modelFolder);
}

package org.lmdeploy.api.grammar;

import org.osgi.annotation.versioning.ProviderType;

/** A compiled output format, shared by any number of answers. Safe for many threads. */
@ProviderType
public interface OutputGrammar {
  /** The constraint of a new answer, at its first token. */
  TokenConstraint start();
}

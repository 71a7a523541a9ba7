package org.lmdeploy.server.http;

import java.nio.file.Path;
import java.util.Objects;

/**
 * The files with which a server proves who it is, both in PEM.
 *
 * @param key the private key, not encrypted: PKCS #8, or OpenSSL's older RSA and EC forms
 * @param certificates the server's certificate, followed by those of its issuers
 */
public record TlsFiles(Path key, Path certificates) {
  /** Checks that nothing is null. */
  public TlsFiles {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(certificates, "certificates");
  }
}

package org.lmdeploy.server.http.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.lmdeploy.server.http.TlsFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the key and the certificates with which a server proves who it is. */
public final class TlsIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);
  private static final char[] NO_PASSWORD = new char[0];
  private static final byte[] SAMPLE =
      "do key and certificate belong together?".getBytes(StandardCharsets.US_ASCII);

  private TlsIdentity() {}

  /**
   * A TLS context that shows this identity and asks clients for none.
   *
   * @throws org.lmdeploy.api.error.InvalidRequestException if a file cannot be read or is not what
   *     it must be, or if key and certificate do not belong together
   */
  public static SSLContext load(TlsFiles files) {
    List<X509Certificate> chain = certificates(files.certificates());
    X509Certificate own = chain.getFirst();
    PrivateKey key = PemKey.read(files.key(), own.getPublicKey());
    if (!belongTogether(key, own.getPublicKey())) {
      throw PemFile.problem(
          "the private key in "
              + files.key()
              + " does not belong to the first certificate in "
              + files.certificates()
              + " ("
              + own.getSubjectX500Principal()
              + "); it must be the key that the certificate was made for",
          null);
    }
    requireOrder(files.certificates(), chain);
    warnIfNotValid(files.certificates(), own);
    return context(key, chain);
  }

  private static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> chain = new ArrayList<>();
    for (PemFile.Block block : PemFile.read(file)) {
      if (block.label().equals("CERTIFICATE")) {
        chain.add(certificate(file, block, chain.size() + 1));
      }
    }
    if (chain.isEmpty()) {
      throw PemFile.problem(
          file
              + " holds no certificate; it must hold the server's own, then those of its issuers,"
              + " in PEM (-----BEGIN CERTIFICATE-----)",
          null);
    }
    return chain;
  }

  private static X509Certificate certificate(Path file, PemFile.Block block, int number) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.der()));
    } catch (CertificateException | IllegalArgumentException e) {
      throw PemFile.problem(
          "certificate " + number + " in " + file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw PemFile.problem(
          "a certificate with a "
              + publicKey.getAlgorithm()
              + " key cannot be used here ("
              + e.getMessage()
              + "); use RSA, EC or Ed25519",
          e);
    }
  }

  private static void requireOrder(Path file, List<X509Certificate> chain) {
    for (int i = 0; i + 1 < chain.size(); i++) {
      X509Certificate issued = chain.get(i);
      X509Certificate issuer = chain.get(i + 1);
      if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
        throw PemFile.problem(
            "certificate %d in %s is %s; it must be %s, the issuer of the one before it"
                .formatted(
                    i + 2, file, issuer.getSubjectX500Principal(), issued.getIssuerX500Principal()),
            null);
      }
    }
  }

  /** Clients will refuse it, but a wrong clock of this machine must not keep the server down. */
  private static void warnIfNotValid(Path file, X509Certificate own) {
    try {
      own.checkValidity();
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      LOG.warn("clients will refuse the certificate in {}: {}", file, e.getMessage());
    }
  }

  private static SSLContext context(PrivateKey key, List<X509Certificate> chain) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw PemFile.problem("the TLS key and certificates cannot be used: " + e.getMessage(), e);
    }
  }
}

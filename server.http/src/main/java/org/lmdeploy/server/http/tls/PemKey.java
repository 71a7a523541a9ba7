package org.lmdeploy.server.http.tls;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Reads a private key from a PEM file. */
final class PemKey {
  private static final String PKCS8 = "PRIVATE KEY";
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private PemKey() {}

  /**
   * The private key of a file.
   *
   * @param owner the public key that it belongs to, which says how it is to be read
   */
  static PrivateKey read(Path file, PublicKey owner) {
    List<PemFile.Block> keys =
        PemFile.read(file).stream().filter(block -> block.label().endsWith(PKCS8)).toList();
    if (keys.size() != 1) {
      throw PemFile.problem(
          file
              + (keys.isEmpty() ? " holds no private key" : " holds several private keys")
              + "; it must hold one, in PEM (-----BEGIN PRIVATE KEY-----)",
          null);
    }
    PemFile.Block key = keys.getFirst();
    if (key.isEncrypted()) {
      throw PemFile.problem(
          "the private key in "
              + file
              + " is encrypted; it must not be, for the server has nobody to ask for the password:"
              + " openssl pkey -in encrypted.pem -out plain.pem decrypts it",
          null);
    }
    try {
      byte[] der = key.label().equals(PKCS8) ? key.der() : pkcs8(key.der(), owner);
      return KeyFactory.getInstance(owner.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw PemFile.problem(
          "the private key in "
              + file
              + " cannot be read as the "
              + owner.getAlgorithm()
              + " key of the certificate: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * OpenSSL's older forms (RFC 8017 and RFC 5915) are what PKCS #8 (RFC 5958) wraps; the algorithm
   * with its curve, which they leave out or say elsewhere, is that of the public key.
   */
  private static byte[] pkcs8(byte[] key, PublicKey owner) {
    byte[] content = concat(VERSION_0, algorithm(owner.getEncoded()), element(OCTET_STRING, key));
    return element(SEQUENCE, content);
  }

  /** The first element within the sequence that an encoded public key is (RFC 5280, 4.1). */
  private static byte[] algorithm(byte[] publicKey) {
    int start = contentStart(publicKey, 0);
    int length = contentLength(publicKey, start);
    byte[] algorithm = new byte[contentStart(publicKey, start) - start + length];
    System.arraycopy(publicKey, start, algorithm, 0, algorithm.length);
    return algorithm;
  }

  private static int contentStart(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = length << 8 | der[at + 2 + i] & 0xff;
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    int length = content.length;
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    return concat(head, content);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}

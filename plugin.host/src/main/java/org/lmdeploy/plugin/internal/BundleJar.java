package org.lmdeploy.plugin.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;
import org.osgi.framework.Constants;

/**
 * What a jar says of itself before the framework sees it.
 *
 * @param name the symbolic name
 * @param version the version as it is written
 */
record BundleJar(String name, String version) {
  /** The file is a jar, but no bundle that could be a plugin; the message says why. */
  static final class NoBundleException extends Exception {
    private static final long serialVersionUID = 1;

    NoBundleException(String message) {
      super(message);
    }
  }

  /**
   * Reads a jar and checks that it is complete: every entry is read, so that a file that is still
   * being copied over another of the same size does not pass.
   *
   * @throws IOException if it is no complete jar
   * @throws NoBundleException if it is one, but no bundle
   */
  static BundleJar read(Path file) throws IOException, NoBundleException {
    try (JarFile jar = new JarFile(file.toFile(), false)) {
      checkEntries(jar);
      Manifest manifest = jar.getManifest();
      if (manifest == null) {
        throw new NoBundleException("it is no bundle: it has no manifest");
      }
      return of(manifest.getMainAttributes());
    }
  }

  private static BundleJar of(Attributes headers) throws NoBundleException {
    String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
    if (name == null || !"2".equals(trimmed(headers, Constants.BUNDLE_MANIFESTVERSION))) {
      throw new NoBundleException(
          "it is no bundle: its manifest needs Bundle-ManifestVersion: 2 and a"
              + " Bundle-SymbolicName, which bnd writes");
    }
    if (headers.getValue(Constants.FRAGMENT_HOST) != null) {
      throw new NoBundleException(
          "it is a fragment of the bundle "
              + trimmed(headers, Constants.FRAGMENT_HOST)
              + "; a plugin is a bundle of its own");
    }
    String version = trimmed(headers, Constants.BUNDLE_VERSION);
    return new BundleJar(name.split(";", 2)[0].strip(), version == null ? "0.0.0" : version);
  }

  private static String trimmed(Attributes headers, String name) {
    String value = headers.getValue(name);
    return value == null ? null : value.strip();
  }

  private static void checkEntries(JarFile jar) throws IOException {
    for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
      JarEntry entry = entries.nextElement();
      CRC32 sum = new CRC32();
      try (InputStream in = new CheckedInputStream(jar.getInputStream(entry), sum)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      if (entry.getCrc() != -1 && entry.getCrc() != sum.getValue()) {
        throw new ZipException("the checksum of " + entry.getName() + " is wrong");
      }
    }
  }
}

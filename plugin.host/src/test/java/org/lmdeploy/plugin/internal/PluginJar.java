package org.lmdeploy.plugin.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes jars with the headers that a test is about. */
final class PluginJar {
  private final Map<String, String> headers = new LinkedHashMap<>();
  private Class<?> activator;

  private PluginJar() {}

  static PluginJar named(String name, String version) {
    return new PluginJar()
        .with("Bundle-ManifestVersion", "2")
        .with("Bundle-SymbolicName", name)
        .with("Bundle-Version", version);
  }

  static PluginJar plain() {
    return new PluginJar();
  }

  PluginJar with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  PluginJar startedBy(Class<?> type) {
    activator = type;
    return with("Bundle-Activator", type.getName()).with("Import-Package", "org.osgi.framework");
  }

  byte[] bytes() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(
        (name, value) -> manifest.getMainAttributes().put(new Attributes.Name(name), value));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      if (activator != null) {
        String entry = activator.getName().replace('.', '/') + ".class";
        try (InputStream code = activator.getClassLoader().getResourceAsStream(entry)) {
          jar.putNextEntry(new JarEntry(entry));
          code.transferTo(jar);
          jar.closeEntry();
        }
      }
    }
    return bytes.toByteArray();
  }
}

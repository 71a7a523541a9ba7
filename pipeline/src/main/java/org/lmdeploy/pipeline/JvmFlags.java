package org.lmdeploy.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.lmdeploy.api.error.UnsupportedFeatureException;

/** The flags without which this JVM can compute nothing. */
final class JvmFlags {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private JvmFlags() {}

  static void check() {
    List<String> missing = new ArrayList<>();
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      missing.add("--add-modules " + VECTOR_MODULE);
    }
    if (!JvmFlags.class.getModule().isNativeAccessEnabled()) {
      missing.add("--enable-native-access=ALL-UNNAMED");
    }
    if (!missing.isEmpty()) {
      throw new UnsupportedFeatureException(
          "this JVM was started without flags that LMDeploy needs; add: "
              + String.join(" ", missing));
    }
  }
}

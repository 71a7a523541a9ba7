package org.lmdeploy.launcher;

import java.util.ArrayList;
import java.util.List;

/**
 * The flags without which the engines cannot run. They are looked at first, because a framework
 * without them starts and then lacks its kernels, with no message that names the reason.
 */
final class JvmFlags {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private JvmFlags() {}

  /** Fails with the exact flags to add when the running virtual machine lacks one. */
  static void require() throws LaunchException {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new LaunchException(
          "This Java virtual machine was started without flags that LMDeploy needs. Add to the java"
              + " command line:"
              + System.lineSeparator()
              + "  "
              + String.join(" ", missing)
              + System.lineSeparator()
              + "(The command lmdeploy passes them by itself.)");
    }
  }

  private static List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      missing.add("--add-modules " + VECTOR_MODULE);
    }
    // The class loaders of bundles make unnamed modules, whose access is what ALL-UNNAMED grants.
    if (!JvmFlags.class.getModule().isNativeAccessEnabled()) {
      missing.add("--enable-native-access=ALL-UNNAMED");
    }
    return missing;
  }
}

package org.lmdeploy.plugin;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The service that keeps the running bundles the same as the jars of a folder. */
@ProviderType
public interface PluginFolder {
  /** The folder that is watched. */
  Path folder();

  /** Its jars by name, as they were at the last look. */
  List<Plugin> plugins();
}

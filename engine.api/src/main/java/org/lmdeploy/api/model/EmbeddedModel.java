package org.lmdeploy.api.model;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that carries a small model inside its bundle. */
@ConsumerType
public interface EmbeddedModel {
  /** The name by which it is asked for, for example {@code tiny-internvl2}. */
  String name();

  /** Changes whenever a file changes, so that an unpacked copy can be told to be current. */
  String version();

  /** Names of its files, without folders. */
  List<String> files();

  /** The contents of a file; the caller closes it. */
  InputStream open(String file) throws IOException;
}

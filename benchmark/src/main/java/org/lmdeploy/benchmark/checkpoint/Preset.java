package org.lmdeploy.benchmark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** Configurations that are known by name: those of the folder {@code configs}. */
public enum Preset {
  LLAMA_TINY("llama-tiny"),
  LLAMA_1_1B("llama-1.1b"),
  LLAMA3_8B("llama3-8b"),
  INTERNVL2_8B("internvl2-8b");

  private final String file;

  Preset(String file) {
    this.file = file;
  }

  /** Its config.json. */
  byte[] config() throws IOException {
    String resource = file + ".json";
    try (InputStream in = Preset.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException("the resource " + resource + " is missing");
      }
      return in.readAllBytes();
    }
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return file;
  }
}

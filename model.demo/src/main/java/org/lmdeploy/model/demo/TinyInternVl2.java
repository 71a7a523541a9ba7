package org.lmdeploy.model.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.lmdeploy.api.model.EmbeddedModel;
import org.osgi.service.component.annotations.Component;

/**
 * The demo model: a really trained InternVL2 of 7.5 million parameters that describes synthetic
 * scenes. See the README of this bundle.
 */
@Component
public final class TinyInternVl2 implements EmbeddedModel {
  @Override
  public String name() {
    return "tiny-internvl2";
  }

  /** The first 12 digits of the SHA-256 of all names and contents in alphabetical order. */
  @Override
  public String version() {
    return "58bd0d771571";
  }

  @Override
  public List<String> files() {
    return List.of(
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json");
  }

  @Override
  public InputStream open(String file) throws IOException {
    InputStream in = TinyInternVl2.class.getResourceAsStream(name() + "/" + file);
    if (in == null || !files().contains(file)) {
      throw new FileNotFoundException(file + " is no file of " + name());
    }
    return in;
  }
}

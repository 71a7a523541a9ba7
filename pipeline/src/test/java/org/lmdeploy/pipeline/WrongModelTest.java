package org.lmdeploy.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdeploy.api.engine.EngineOptions;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;
import org.lmdeploy.api.model.EmbeddedModel;
import org.lmdeploy.runtime.LoadOptions;

/** Each way in which a model can be wrong has its own clear error. */
class WrongModelTest {
  @TempDir private Path folder;

  @BeforeEach
  void copyTheDemoModel() throws IOException {
    EmbeddedModel demo = ServiceLoader.load(EmbeddedModel.class).findFirst().orElseThrow();
    for (String file : demo.files()) {
      try (InputStream in = demo.open(file)) {
        Files.copy(in, folder.resolve(file));
      }
    }
  }

  @Test
  void anArchitectureThatNoBundleSupports() throws IOException {
    edit("config.json", "InternVLChatModel", "MysteryForCausalLM");
    refused(
        ErrorCode.UNSUPPORTED_FEATURE,
        "MysteryForCausalLM",
        "internvl (InternVLChatModel)",
        "LlamaForCausalLM");
  }

  @Test
  void aBackboneThatIsNotThereYet() throws IOException {
    edit("config.json", "InternLM2ForCausalLM", "FalconForCausalLM");
    refused(ErrorCode.UNSUPPORTED_FEATURE, "FalconForCausalLM", "InternLM2ForCausalLM");
  }

  @Test
  void aValueThatIsNoNumber() throws IOException {
    edit("config.json", "\"rope_theta\": 1000000.0", "\"rope_theta\": NaN");
    refused(ErrorCode.INVALID_MODEL, "config.json", "rope_theta", "NaN");
  }

  @Test
  void aTruncatedCheckpoint() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(weights().toFile(), "rw")) {
      file.setLength(file.length() - 1000);
    }
    refused(ErrorCode.INVALID_MODEL, "model.safetensors");
  }

  @Test
  void missingFiles() throws IOException {
    Files.delete(weights());
    refused(ErrorCode.INVALID_MODEL, "safetensors");
    Files.delete(folder.resolve("tokenizer.json"));
    refused(ErrorCode.UNSUPPORTED_FEATURE, "tokenizer.json");
    Files.delete(folder.resolve("config.json"));
    refused(ErrorCode.INVALID_MODEL, "config.json");
  }

  @Test
  void aShapeThatTheConfigurationContradicts() throws IOException {
    edit(
        "config.json",
        "\"intermediate_size\": 768,\n    \"max_position",
        "\"intermediate_size\": 760,\n    \"max_position");
    refused(ErrorCode.INVALID_MODEL, "feed_forward", "768", "760");
  }

  @Test
  void weightsThatNobodyReads() throws IOException {
    edit(
        "config.json",
        "\"use_thumbnail\"",
        "\"quantization_config\": {\"quant_method\": \"mystery\"}, \"use_thumbnail\"");
    refused(ErrorCode.UNSUPPORTED_FEATURE, "mystery", "hf");
  }

  @Test
  void partsThatAreNotThere() {
    LoadOptions options = LoadOptions.of(folder.toString());
    Optional<String> none = Optional.empty();
    Optional<String> other = Optional.of("other");
    refused(
        with(options, other, none, none, none), ErrorCode.INVALID_REQUEST, "other", "internvl2");
    refused(with(options, none, other, none, none), ErrorCode.UNSUPPORTED_FEATURE, "turbomind");
    refused(with(options, none, none, other, none), ErrorCode.UNSUPPORTED_FEATURE, "host");
    refused(with(options, none, none, none, other), ErrorCode.INVALID_REQUEST, "hf");
  }

  @Test
  void aRevisionOfWhatHasNone() {
    Optional<String> revision = Optional.of("v2");
    for (String model : List.of(folder.toString(), "tiny-internvl2")) {
      refused(
          LoadOptions.of(model).withSource(revision, Optional.empty()),
          ErrorCode.INVALID_REQUEST,
          "has no revision v2");
    }
  }

  @Test
  void memoryThatIsNotThere() {
    EngineOptions blocks =
        new EngineOptions(OptionalInt.empty(), 1, 2_000_000_000, 4096, false, 8192, 0, 1, 1);
    refused(
        LoadOptions.of(folder.toString(), blocks),
        ErrorCode.DEVICE_FAILURE,
        "cache_max_entry_count");
  }

  private static LoadOptions with(
      LoadOptions options,
      Optional<String> template,
      Optional<String> backend,
      Optional<String> device,
      Optional<String> format) {
    return new LoadOptions(
        options.model(), options.name(), template, backend, device, format, options.engine());
  }

  private void refused(ErrorCode code, String... said) {
    refused(LoadOptions.of(folder.toString()), code, said);
  }

  private static void refused(LoadOptions options, ErrorCode code, String... said) {
    LmDeployException e = assertThrows(LmDeployException.class, () -> Pipeline.open(options));
    assertEquals(code, e.code(), e.getMessage());
    for (String part : said) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertTrue(text.contains(from), file + " does not contain " + from);
    Files.writeString(folder.resolve(file), text.replaceFirst(Pattern.quote(from), to));
  }

  private Path weights() {
    return folder.resolve("model.safetensors");
  }
}

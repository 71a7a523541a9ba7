package org.lmdeploy.hub.write;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lmdeploy.api.tensor.DType;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What lies beside the weights in a model's folder: configurations, tokenizer, code. */
final class OtherFiles {
  private static final String CONFIG = "config.json";
  private static final Set<String> TYPE_KEYS = Set.of("torch_dtype", "dtype");
  private static final Set<String> TYPES = Set.of("float32", "float16", "bfloat16");

  /** The folder's own weights in any form; those in folders below are parts of their own. */
  private static final Pattern WEIGHTS =
      Pattern.compile("(?!adapter_).*\\.(safetensors|bin|pt|pth)(\\.index\\.json)?");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private OtherFiles() {}

  /** Copies them; the configuration then names the new type of the weights. */
  static void copy(Path from, Path to, Optional<DType> dtype) throws IOException {
    // a folder of the Hugging Face cache holds links
    try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Path relative = from.relativize(file);
        boolean weights =
            relative.getNameCount() == 1 && WEIGHTS.matcher(relative.toString()).matches();
        if (Files.isRegularFile(file) && !isHidden(relative) && !weights) {
          Path target = to.resolve(relative.toString());
          Files.createDirectories(target.getParent());
          copyContent(file, target);
        }
      }
    }
    if (dtype.isPresent()) {
      Path config = to.resolve(CONFIG);
      Object changed = withType(JSON.readValue(config, Map.class), name(dtype.get()));
      JSON.writeValue(config, changed);
    }
  }

  /** Without its permissions: the copy belongs to whoever writes it. */
  private static void copyContent(Path file, Path target) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      Files.copy(content, target);
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** The configuration with the type wherever it names one, in the parts of a model too. */
  private static Object withType(Object value, String type) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<Object, Object> changed = new LinkedHashMap<>();
        map.forEach(
            (key, each) ->
                changed.put(
                    key,
                    TYPE_KEYS.contains(key) && TYPES.contains(each) ? type : withType(each, type)));
        yield changed;
      }
      case List<?> list -> {
        List<Object> changed = new ArrayList<>();
        list.forEach(each -> changed.add(withType(each, type)));
        yield changed;
      }
      case null, default -> value;
    };
  }

  private static String name(DType dtype) {
    return dtype == DType.F16 ? "float16" : "bfloat16";
  }
}

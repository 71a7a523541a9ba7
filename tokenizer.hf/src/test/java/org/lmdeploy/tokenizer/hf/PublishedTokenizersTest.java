package org.lmdeploy.tokenizer.hf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.lmdeploy.api.tokenizer.Tokenizer;

/**
 * Published tokenizers against the reference implementation; src/test/scripts/
 * published_tokenizers.py fetches them and writes the data.
 */
final class PublishedTokenizersTest {
  private static final String PROPERTY = "lmdeploy.tokenizers";

  /** What the reference made of a text, and of its ids. */
  private record Case(String text, int[] ids, int[] withSpecial, String decoded, String plain) {}

  @TestFactory
  Stream<DynamicTest> idsAndTextsAreThoseOfTheReference() throws IOException {
    String root = System.getProperty(PROPERTY, "");
    Assumptions.assumeFalse(
        root.isEmpty(), "no folder of published tokenizers is given by -D" + PROPERTY);
    List<Path> folders;
    try (Stream<Path> all = Files.list(Path.of(root))) {
      folders = all.filter(f -> Files.exists(f.resolve("goldens.json"))).sorted().toList();
    }
    assertTrue(!folders.isEmpty(), root + " has no goldens.json in any of its folders");
    return folders.stream()
        .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> compare(f)));
  }

  private static void compare(Path folder) throws IOException {
    var goldens = Json.MAPPER.readTree(Files.readString(folder.resolve("goldens.json")));
    List<Case> cases = Arrays.asList(Json.MAPPER.treeToValue(goldens.get("cases"), Case[].class));
    List<String> differences = new ArrayList<>();
    try (Tokenizer tokenizer = new HfTokenizerProvider().open(folder)) {
      for (Case c : cases) {
        differ(differences, "ids", c, c.ids(), tokenizer.encode(c.text(), false));
        int[] withSpecial = oneBos(c, tokenizer.bosToken().map(tokenizer::tokenId));
        differ(differences, "with special", c, withSpecial, tokenizer.encode(c.text(), true));
        differ(differences, "decoded", c, c.decoded(), tokenizer.decode(c.ids(), false));
        differ(differences, "plain", c, c.plain(), tokenizer.decode(c.ids(), true));
      }
    }
    assertEquals(
        "",
        String.join("\n", differences.stream().limit(8).toList()),
        () -> differences.size() + " differences in " + cases.size() + " texts");
  }

  /** A BOS that the text begins with is not repeated here, as the reference would. */
  private static int[] oneBos(Case c, Optional<OptionalInt> bos) {
    int[] ids = c.withSpecial();
    boolean twice =
        bos.isPresent()
            && bos.get().isPresent()
            && ids.length > c.ids().length
            && c.ids().length > 0
            && c.ids()[0] == bos.get().getAsInt()
            && ids[0] == c.ids()[0];
    return twice ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
  }

  private static void differ(List<String> all, String what, Case c, int[] wanted, int[] found) {
    differ(all, what, c, Arrays.toString(wanted), Arrays.toString(found));
  }

  private static void differ(List<String> all, String what, Case c, String wanted, String found) {
    if (!wanted.equals(found)) {
      all.add(what + " of \"" + c.text() + "\": " + found + ", not " + wanted);
    }
  }
}

package org.lmdeploy.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.lmdeploy.api.tokenizer.Tokenizer;

/** A tokenizer of listed tokens: all bytes, special ones, and texts. Encodes the longest first. */
final class ListTokenizer implements Tokenizer {
  private final List<byte[]> tokens = new ArrayList<>();
  private final List<String> specials;
  private final Map<String, Integer> ids = new HashMap<>();
  private int longest = 1;

  private ListTokenizer(List<String> specials, int bytes, List<byte[]> texts) {
    this.specials = specials;
    specials.forEach(special -> tokens.add(special.getBytes(StandardCharsets.UTF_8)));
    for (int b = 0; b < bytes; b++) {
      add(new byte[] {(byte) b});
    }
    texts.forEach(this::add);
  }

  /** Bytes, two special tokens and some texts. */
  static ListTokenizer of(String... texts) {
    return new ListTokenizer(
        List.of("</s>", "<|tool|>"),
        256,
        List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** Some texts only. */
  static ListTokenizer withoutBytes(String... texts) {
    return new ListTokenizer(
        List.of("</s>", "<|tool|>"),
        0,
        List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  int specialCount() {
    return specials.size();
  }

  /** A large vocabulary: words of many scripts, numbers, halves of characters, bits of JSON. */
  static ListTokenizer large(int size) {
    Random random = new Random(7);
    String[] bits = {
      "\"", "\":", "\": ", "\",", "\", \"", "\"}", "\"},{\"", "{\"", "{}", "[]", "[{\"", "}]", "]}",
      ",", ", ", ": ", "\\\"", "\\u00", "\\n", "\n", "\n  ", "  ", "    ", "true", "false", "null",
      "\":\"", "\":\"\"", "\":1,\"", "-", "0.", "e+", "://", "@", ".", "1", "12", "123", "\"\"",
      "\"\"\""
    };
    List<byte[]> texts = new ArrayList<>();
    for (String bit : bits) {
      texts.add(bit.getBytes(StandardCharsets.UTF_8));
    }
    int[] firsts = {'a', 'a', 'a', 'a', 'A', '0', 0xe0, 0x430, 0x4e00, 0x1f600};
    while (texts.size() < size - 258) {
      StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? " " : "");
      int first = firsts[random.nextInt(firsts.length)];
      int range = first == '0' ? 10 : first < 0x100 ? 26 : first < 0x1000 ? 30 : 500;
      for (int i = 1 + random.nextInt(first > 0x1000 ? 2 : 8); i > 0; i--) {
        text.appendCodePoint(first + random.nextInt(range));
      }
      if (random.nextInt(12) == 0) {
        text.append(bits[random.nextInt(bits.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      boolean half = first > 0x1000 && random.nextInt(4) == 0;
      texts.add(half ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes);
    }
    return new ListTokenizer(List.of("</s>", "<|tool|>"), 256, texts);
  }

  private void add(byte[] bytes) {
    ids.putIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), tokens.size());
    longest = Math.max(longest, bytes.length);
    tokens.add(bytes);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at < bytes.length(); ) {
      int length = Math.min(longest, bytes.length() - at);
      while (!ids.containsKey(bytes.substring(at, at + length))) {
        length--;
      }
      found.add(ids.get(bytes.substring(at, at + length)));
      at += length;
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokens.get(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabSize() {
    return tokens.size();
  }

  @Override
  public OptionalInt tokenId(String token) {
    int special = specials.indexOf(token);
    return special < 0 ? OptionalInt.empty() : OptionalInt.of(special);
  }

  @Override
  public String token(int id) {
    return new String(tokens.get(id), StandardCharsets.UTF_8);
  }

  @Override
  public byte[] tokenBytes(int id) {
    return tokens.get(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return id < specials.size();
  }

  @Override
  public Optional<String> bosToken() {
    return Optional.empty();
  }

  @Override
  public Optional<String> eosToken() {
    return Optional.of("</s>");
  }

  @Override
  public void close() {}
}

package org.lmdeploy.model.llava.image;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.lmdeploy.api.config.ConfigTree;

/** Reads {@code image_grid_pinpoints}: pairs of sizes, as a list or as the text of one. */
public final class Pinpoints {
  /** More tiles than any published model has; a larger number is an error of the file. */
  private static final int MOST_TILES = 128;

  private static final int MOST = 1024;
  private static final String KEY = "image_grid_pinpoints";
  private static final String NEEDED =
      "a list of pairs of whole numbers, for example [[336, 672], [672, 336]], is needed";
  private static final Pattern PAIR =
      Pattern.compile("[(\\[]\\s*(\\d{1,6})\\s*,\\s*(\\d{1,6})\\s*[)\\]]");
  private static final Pattern PAIRS =
      Pattern.compile("[(\\[]\\s*%1$s(\\s*,\\s*%1$s)*\\s*,?\\s*[)\\]]".formatted(PAIR.pattern()));

  private Pinpoints() {}

  /**
   * @param side of a tile, which all sizes must be multiples of
   * @param heightFirst whether a pair is (height, width), as transformers has it, and not (width,
   *     height)
   */
  public static List<Resolution> of(ConfigTree config, int side, boolean heightFirst) {
    List<Resolution> resolutions = new ArrayList<>();
    for (int[] pair : pairs(config)) {
      int width = heightFirst ? pair[1] : pair[0];
      int height = heightFirst ? pair[0] : pair[1];
      if (width < side || height < side || width % side != 0 || height % side != 0) {
        throw config.wrong(
            KEY,
            "(" + pair[0] + ", " + pair[1] + ")",
            "multiples of the vision tower's " + side + " pixels are needed");
      }
      Resolution resolution = new Resolution(width, height);
      if (resolution.tiles(side) > MOST_TILES) {
        throw config.wrong(
            KEY,
            "(" + pair[0] + ", " + pair[1] + ")",
            "at most " + MOST_TILES + " tiles are believable");
      }
      resolutions.add(resolution);
    }
    return List.copyOf(resolutions);
  }

  private static List<int[]> pairs(ConfigTree config) {
    Object value = config.values().get(KEY);
    List<int[]> pairs = value instanceof String text ? parse(config, text) : elements(config);
    if (pairs.isEmpty() || pairs.size() > MOST) {
      throw config.wrong(KEY, value, NEEDED);
    }
    return pairs;
  }

  /** A Python literal, which some published configurations have. */
  private static List<int[]> parse(ConfigTree config, String text) {
    if (text.length() > 32 * MOST || !PAIRS.matcher(text.strip()).matches()) {
      throw config.wrong(KEY, text, NEEDED);
    }
    return PAIR.matcher(text).results().map(Pinpoints::pair).toList();
  }

  private static int[] pair(MatchResult match) {
    return new int[] {Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))};
  }

  private static List<int[]> elements(ConfigTree config) {
    List<int[]> pairs = new ArrayList<>();
    for (Object element : config.list(KEY)) {
      if (element instanceof List<?> pair
          && pair.size() == 2
          && pair.get(0) instanceof Integer first
          && pair.get(1) instanceof Integer second) {
        pairs.add(new int[] {first, second});
      } else {
        throw config.wrong(KEY, element, NEEDED);
      }
    }
    return pairs;
  }
}

package org.lmdeploy.testkit.cases;

/** Rearrangements of images. */
final class ImageCases {
  private ImageCases() {}

  static void addTo(CaseList cases) {
    int[][] images = {{1, 3, 14, 14, 14}, {2, 3, 28, 42, 14}, {3, 1, 6, 4, 2}, {1, 4, 5, 10, 5}};
    for (int[] i : images) {
      cases.add(
          "patchify",
          i[0] + " images " + i[1] + " x " + i[2] + " x " + i[3] + " by " + i[4],
          rig -> rig.ops().patchify(rig.activation(i[0], i[1], i[2], i[3]), i[4]));
    }
    int[][] grids = {
      {1, 2, 2, 1, 2},
      {2, 4, 4, 6, 2},
      {1, 16, 16, 33, 2},
      {2, 6, 4, 5, 2},
      {1, 6, 9, 3, 3},
      {1, 3, 5, 7, 1}
    };
    for (int[] g : grids) {
      for (int version = 1; version <= 2; version++) {
        int v = version;
        cases.add(
            "pixelShuffle",
            "v" + v + ", " + g[0] + " images " + g[1] + " x " + g[2] + " x " + g[3] + " by " + g[4],
            rig ->
                rig.ops()
                    .pixelShuffle(
                        rig.activation((long) g[0] * g[1] * g[2], g[3]), g[1], g[2], g[4], v));
      }
    }
  }
}

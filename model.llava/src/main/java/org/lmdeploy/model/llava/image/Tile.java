package org.lmdeploy.model.llava.image;

import org.lmdeploy.api.image.RgbImage;

/**
 * A square of pixels where it lies; nothing is cut out.
 *
 * @param source what it lies in
 * @param x its first column
 * @param y its first row
 */
record Tile(RgbImage source, int x, int y) {}

package org.lmdeploy.model.llava.image;

/** How an image becomes squares of the vision tower's size. */
public enum Fit {
  /** The shorter side resized to the square's, then the middle cut out. */
  CROP,
  /** Resized to the square, whatever the aspect ratio. */
  STRETCH,
  /** Padded to a square with the mean colour, then resized. */
  PAD,
  /** The whole image as one square, and tiles of the resolution that suits it best. */
  ANY_RESOLUTION
}

/**
 * Image files to pixels: PNG, JPEG, GIF, BMP and WebP, as Pillow's {@code convert("RGB")} shows
 * them.
 */
package org.lmdeploy.runtime.image;

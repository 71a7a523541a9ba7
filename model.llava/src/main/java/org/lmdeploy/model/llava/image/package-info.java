/** How images become tiles: squares, padded squares, or tiles of any resolution. */
package org.lmdeploy.model.llava.image;

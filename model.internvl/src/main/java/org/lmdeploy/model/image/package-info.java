/**
 * Image arithmetic that vision models share: Pillow's resizing bit for bit, and normalization to
 * float planes.
 */
package org.lmdeploy.model.image;

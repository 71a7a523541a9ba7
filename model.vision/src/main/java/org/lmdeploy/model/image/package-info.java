/**
 * Image arithmetic that vision models share: Pillow's resizing bit for bit, and normalization to
 * float planes.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.model.image;

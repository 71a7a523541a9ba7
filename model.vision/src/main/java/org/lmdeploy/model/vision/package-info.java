/** Parts of vision towers that families share: weights, norms, batches of tiles, position grids. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.model.vision;

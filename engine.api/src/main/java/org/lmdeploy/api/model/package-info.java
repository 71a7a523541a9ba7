/** Model families: what a checkpoint is, how its images are prepared, how it computes logits. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.api.model;

/** Writing safetensors files and random checkpoints of a given configuration. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.hub.write;

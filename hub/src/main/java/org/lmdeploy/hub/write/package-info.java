/** Writing safetensors files: checkpoints repacked, and random ones of a given configuration. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.hub.write;

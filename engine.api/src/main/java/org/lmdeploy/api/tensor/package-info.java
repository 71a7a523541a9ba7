/** Tensors: element types, device tensors and host views. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.api.tensor;

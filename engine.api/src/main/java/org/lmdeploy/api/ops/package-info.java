/** Devices and the operators that model code is written in. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("2.0.0")
package org.lmdeploy.api.ops;

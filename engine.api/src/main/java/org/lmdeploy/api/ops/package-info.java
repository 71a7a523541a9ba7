/** Devices and the operators that model code is written in. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.api.ops;

/** The platform as a Java library: open a model, ask it, without knowing OSGi. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.pipeline;

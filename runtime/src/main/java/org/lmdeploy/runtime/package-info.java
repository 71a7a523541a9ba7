/**
 * What the faces of the platform (HTTP, shell, {@code Pipeline}) use: load models, ask them, learn
 * why they run as they do.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.runtime;

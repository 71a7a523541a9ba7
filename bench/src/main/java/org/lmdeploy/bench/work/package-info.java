/** What a step of a model must at least read and compute, and how long that takes at least. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.work;

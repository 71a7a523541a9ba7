/** The benchmarks behind {@code lmdeploy benchmark}: what is run, in which order, and told how. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench;

/** The requests of a benchmark: lengths, token ids, ShareGPT conversations. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.data;

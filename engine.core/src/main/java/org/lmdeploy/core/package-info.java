/** What all engines share: continuous batching over a paged KV cache. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.core;

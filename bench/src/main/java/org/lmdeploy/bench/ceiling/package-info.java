/** What a device can do at best: reading memory, multiplying and adding. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.ceiling;

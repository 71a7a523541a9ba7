/** Engines: requests, generation settings, streams of tokens, memory plans. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("2.0.0")
package org.lmdeploy.api.engine;

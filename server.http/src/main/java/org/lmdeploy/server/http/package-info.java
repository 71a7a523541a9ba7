/** Starts the OpenAI-compatible HTTP server. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.server.http;

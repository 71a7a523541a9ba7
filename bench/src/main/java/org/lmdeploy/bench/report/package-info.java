/** Reports of a run: text, JSON, CSV, and the circumstances of the run. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.report;

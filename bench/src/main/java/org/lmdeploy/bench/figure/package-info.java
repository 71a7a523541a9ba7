/** What is computed from the times of a run: rates, latencies, percentiles, goodput. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.figure;

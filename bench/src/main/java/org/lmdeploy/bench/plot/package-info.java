/** Plots of reports as SVG files. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.bench.plot;

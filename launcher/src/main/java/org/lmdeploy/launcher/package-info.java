/**
 * Starts the OSGi framework of a distribution folder, hands the command line to the command among
 * its bundles, and ends with that command's exit code.
 */
package org.lmdeploy.launcher;

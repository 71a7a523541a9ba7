/** Commands that write random checkpoints, and measure the host device and output formats. */
package org.lmdeploy.benchmark;

/** Commands that write random checkpoints and measure the host device against the machine. */
package org.lmdeploy.benchmark;

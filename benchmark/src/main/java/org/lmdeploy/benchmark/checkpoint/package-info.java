/** Model folders of random weights. */
package org.lmdeploy.benchmark.checkpoint;

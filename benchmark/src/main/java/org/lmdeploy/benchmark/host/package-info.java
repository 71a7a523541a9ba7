/** Readings of the engine on the host device, as its users meet it. */
package org.lmdeploy.benchmark.host;

/** The CUDA driver as the device uses it: memory, streams, events, modules, launches, graphs. */
package org.lmdeploy.turbomind.cuda.driver;

/** The kernels that the build made: fat binaries and the lists of their variants. */
package org.lmdeploy.turbomind.cuda.kernel;

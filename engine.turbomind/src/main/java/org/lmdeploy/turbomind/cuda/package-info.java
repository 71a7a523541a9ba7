/** The CUDA device of engine turbomind: NVIDIA chips from compute capability 8.0 on. */
package org.lmdeploy.turbomind.cuda;

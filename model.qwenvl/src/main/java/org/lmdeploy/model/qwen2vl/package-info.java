/**
 * Qwen2-VL (arXiv 2409.12191) and Qwen2.5-VL (arXiv 2502.13923): images of any size, M-RoPE in the
 * decoder. Videos are refused.
 */
package org.lmdeploy.model.qwen2vl;

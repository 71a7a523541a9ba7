/**
 * Qwen-VL's vision tower: a ViT and a resampler that gives each image the same number of tokens.
 */
package org.lmdeploy.model.qwenvl.vision;

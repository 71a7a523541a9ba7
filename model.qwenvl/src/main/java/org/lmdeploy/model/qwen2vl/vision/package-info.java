/** The towers of Qwen2-VL and Qwen2.5-VL with their patch merger. */
package org.lmdeploy.model.qwen2vl.vision;

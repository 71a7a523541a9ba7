/** The Qwen-VL families. */
package org.lmdeploy.model.qwenvl;

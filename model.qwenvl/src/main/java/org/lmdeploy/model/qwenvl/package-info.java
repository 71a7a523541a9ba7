/** Qwen-VL: the class QWenLMHeadModel with an image encoder. */
package org.lmdeploy.model.qwenvl;
